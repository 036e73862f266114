package library;

import java.io.FileWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import library.model.Book;
import library.model.Reader;

public final class Loans {
  private final Map<Book, Reader> loans = new HashMap<>();

  public boolean lend(Book book, Reader reader) {
    return loans.putIfAbsent(book, reader) == null;
  }

  public void save(String path) throws IOException {
    try (FileWriter file = new FileWriter(path)) {
      loans.forEach((book, reader) -> System.out.println(book.title() + ": " + reader.getName()));
    }
  }
}
