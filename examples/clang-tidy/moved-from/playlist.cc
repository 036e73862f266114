#include <cstdio>
#include <string>
#include <utility>
#include <vector>

struct Track {
  std::string title;
  int seconds;
};

class Playlist {
 public:
  void add(std::string title, int seconds) {
    tracks_.push_back(Track{std::move(title), seconds});
    std::printf("added %s\n", title.c_str());
  }

  double average_minutes() const {
    int total = 0;
    for (const auto track : tracks_) total += track.seconds;
    return total / 60 / static_cast<int>(tracks_.size());
  }

 private:
  std::vector<Track> tracks_;
};

int main() {
  Playlist playlist;
  playlist.add("Overture", 204);
  playlist.add("Interlude", 95);
  std::printf("%.2f minutes\n", playlist.average_minutes());
}
