#![deny(clippy::unwrap_used)]

pub mod account;
pub mod ledger;

pub use account::Account;
pub use ledger::Ledger;
