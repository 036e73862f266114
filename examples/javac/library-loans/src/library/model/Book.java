package library.model;

public final class Book {
  private final String title;

  public Book(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  @Override
  public boolean equals(Book other) {
    return title.equals(other.title);
  }
}
