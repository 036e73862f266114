package library;

import java.io.IOException;
import library.model.Book;
import library.model.Reader;

public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    Loans loans = new Loans();
    loans.lend(new Book("Momo"), new Reader("Ada"));
    loans.save("loans.txt");
  }
}
