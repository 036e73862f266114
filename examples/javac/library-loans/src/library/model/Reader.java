package library.model;

public final class Reader {
  private final String name;

  public Reader(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** @deprecated use {@link #name()}. */
  @Deprecated
  public String getName() {
    return name;
  }
}
