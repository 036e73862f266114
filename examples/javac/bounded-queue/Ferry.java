final class Ferry {
  private Ferry() {}

  public static void main(String[] arguments) {
    BoundedQueue<String> deck = new BoundedQueue<>(2);
    for (String car : new String[] {"Beetle", "Mini", "Fiat 500"}) {
      System.out.println(car + (deck.offer(car) ? " boards" : " waits for the next ferry"));
    }
    while (deck.poll().isPresent()) System.out.println("one leaves");
  }
}
