use small_bank::Ledger;

fn main() {
    let ledger = Ledger::default();
    let owners = vec!["ada", "grace"];
    for owner in owners.iter() {
        ledger.open(owner);
    }
    println!("{} accounts", owners.len());
}
