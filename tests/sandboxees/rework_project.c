// Changes the folders of its project like build tools do: removes one with its content and creates
// it again, moves one into another, renames one, replaces a file. "rework_project"; needs
// build/old/object, source/file and kept/file.
#include <fcntl.h>
#include <sys/stat.h>

#include "probe.h"

static int make_file(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  ssize_t written = fd < 0 ? -1 : write(fd, text, strlen(text));
  if (fd >= 0) close(fd);
  return written == (ssize_t)strlen(text) ? 0 : -1;
}

int main(void) {
  report("remove-file", unlink("build/old/object"));
  report("remove-folder", rmdir("build/old"));
  report("remove-parent", rmdir("build"));
  report("make-again", mkdir("build", 0755));
  report("old-is-gone", access("build/old", F_OK) != 0 && errno == ENOENT ? 0 : -1);
  report("make-file", make_file("build/object", "new\n"));
  report("make-folder", mkdir("made", 0755));
  report("move-in", rename("made", "kept/made"));
  report("replace-file", make_file("new", "replaced\n") == 0 ? rename("new", "source/file") : -1);
  // EXDEV from rename(2) means "copy instead", which mv(1) then does.
  report("rename", rename("source", "renamed") == 0 || errno == EXDEV ? 0 : -1);
  return 0;
}
