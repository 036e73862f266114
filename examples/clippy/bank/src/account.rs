#[derive(Debug, Default)]
pub struct Account {
    cents: u64,
}

impl Account {
    pub fn new() -> Self {
        Account { cents: 0 }
    }

    pub fn deposit(&mut self, cents: u64) {
        self.cents = self.cents + cents;
    }

    pub fn withdraw(&mut self, cents: u64) -> Result<(), ()> {
        self.cents = self.cents.checked_sub(cents).ok_or(())?;
        Ok(())
    }
}
