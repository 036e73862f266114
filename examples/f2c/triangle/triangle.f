      PROGRAM TRI
      INTEGER I, NTH
      DO 10 I = 1, 5
        PRINT *, NTH(I)
   10 CONTINUE
      END

      INTEGER FUNCTION NTH(N)
      INTEGER N
      NTH = N * (N + 1) / 2
      END
