      PROGRAM HELLO
      PRINT * 1
      END
