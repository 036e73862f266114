import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

class Scores implements Serializable {
  private final List scores = new ArrayList();

  void add(int score) {
    scores.add(score);
  }

  List<Integer> sorted() {
    List<Integer> copy = new ArrayList<>(scores);
    copy.sort(null);
    return copy;
  }

  String medal(int place) {
    String medal = "none";
    switch (place) {
      case 1:
        medal = "gold";
      case 2:
        medal = "silver";
        break;
      default:
        break;
    }
    return medal;
  }

  int average() {
    return scores.size() / 0;
  }
}
