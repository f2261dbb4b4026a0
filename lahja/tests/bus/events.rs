//! The events that these tests exchange, as a user would declare them.

/// A numbered event.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub(crate) struct Tick {
    pub(crate) number: u64,
    pub(crate) padding: Vec<u8>,
}

impl Tick {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// One that takes about `bytes` bytes.
    pub(crate) fn of_size(number: u64, bytes: usize) -> Self {
        Self {
            number,
            padding: vec![0; bytes],
        }
    }
}

/// Another event, which is not to suffer from what happens to ticks.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub(crate) struct Tock {
    pub(crate) number: u64,
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = Sum)]
pub(crate) struct Add {
    pub(crate) left: i64,
    pub(crate) right: i64,
}

impl Add {
    pub(crate) fn new(left: i64, right: i64) -> Self {
        Self { left, right }
    }

    pub(crate) fn sum(&self) -> Sum {
        Sum::new(self.left + self.right)
    }
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub(crate) struct Sum {
    pub(crate) value: i64,
}

impl Sum {
    pub(crate) fn new(value: i64) -> Self {
        Self { value }
    }
}

/// Asks for as much as it says.
#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1", response = Page)]
pub(crate) struct GetPage {
    pub(crate) bytes: u32,
}

impl GetPage {
    pub(crate) fn page(&self) -> Page {
        Page {
            text: "p".repeat(self.bytes as usize),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
#[event(package = "test.v1")]
pub(crate) struct Page {
    pub(crate) text: String,
}

/// The same names in other hands: what a second crate, or another version, makes of them.
pub(crate) mod twin {
    /// Agrees with the other on what it knows, and knows less.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Tick")]
    pub(crate) struct NumberOfTick {
        pub(crate) number: u64,
    }

    /// Disagrees with the other: its bytes do not decode there.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Tick")]
    pub(crate) struct BadTick {
        pub(crate) number: String,
    }

    impl BadTick {
        pub(crate) fn new() -> Self {
            Self {
                number: "one".to_owned(),
            }
        }
    }

    /// Bound to another answer than the other.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Add", response = Product)]
    pub(crate) struct AddToProduct {
        pub(crate) left: i64,
        pub(crate) right: i64,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1")]
    pub(crate) struct Product {
        pub(crate) value: i64,
    }

    /// Bound to an answer of the right name and the wrong bytes.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Add", response = BadSum)]
    pub(crate) struct AddToBadSum {
        pub(crate) left: i64,
        pub(crate) right: i64,
    }

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Sum")]
    pub(crate) struct BadSum {
        pub(crate) value: String,
    }

    impl BadSum {
        pub(crate) fn new() -> Self {
            Self {
                value: "five".to_owned(),
            }
        }
    }

    /// A request whose own bytes do not decode at the other.
    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    #[event(package = "test.v1", name = "Add", response = super::Sum)]
    pub(crate) struct BadAdd {
        pub(crate) left: String,
    }

    impl BadAdd {
        pub(crate) fn new() -> Self {
            Self {
                left: "two".to_owned(),
            }
        }
    }
}
