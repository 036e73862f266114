pub struct Guests {
    names: Vec<String>,
}

impl Guests {
    pub fn nobody(&self) -> bool {
        return self.names.len() == 0;
    }

    pub fn greet_all(&self) -> String {
        let mut greeting = String::new();
        for i in 0..self.names.len() {
            greeting.push_str(&format!("Hello, {}\n", self.names[i]));
        }
        greeting
    }

    pub fn is_invited(&self, name: &String) -> bool {
        if self.names.contains(name) == true {
            true
        } else {
            false
        }
    }

    pub fn first(&self) -> Option<String> {
        match self.names.get(0) {
            Some(name) => Some(name.clone()),
            None => None,
        }
    }
}
