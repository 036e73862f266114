"""Is the word the same from behind?"""

import sys

word = sys.argv[1].lower()
print(word == word[::-1])
