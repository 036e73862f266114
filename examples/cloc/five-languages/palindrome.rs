// Is the word the same from behind?
fn main() {
    let word = std::env::args().nth(1).unwrap_or_default().to_lowercase();
    println!("{}", word.chars().eq(word.chars().rev()));
}
