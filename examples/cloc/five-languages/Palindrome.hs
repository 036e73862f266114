-- Is the word the same from behind?
import Data.Char (toLower)
import System.Environment (getArgs)

main :: IO ()
main = do
  [word] <- map (map toLower) <$> getArgs
  print (word == reverse word)
