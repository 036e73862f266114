use std::collections::HashMap;
use std::sync::Mutex;

use crate::Account;

#[derive(Default)]
pub struct Ledger {
    accounts: Mutex<HashMap<String, Account>>,
    closing: Mutex<()>,
}

impl Ledger {
    pub fn open(&self, owner: &str) {
        let _ = self.closing.lock();
        let mut accounts = self.accounts.lock().unwrap();
        if !accounts.contains_key(owner) {
            accounts.insert(owner.to_string(), Account::new());
        }
    }
}
