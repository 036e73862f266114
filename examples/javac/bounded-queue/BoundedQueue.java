import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** First in, first out, with room for so many. One thread only. */
final class BoundedQueue<T> {
  private final Deque<T> items = new ArrayDeque<>();
  private final int capacity;

  BoundedQueue(int capacity) {
    if (capacity < 1) throw new IllegalArgumentException("capacity " + capacity);
    this.capacity = capacity;
  }

  /** False where the queue is full. */
  boolean offer(T item) {
    return items.size() < capacity && items.offerLast(item);
  }

  Optional<T> poll() {
    return Optional.ofNullable(items.pollFirst());
  }
}
