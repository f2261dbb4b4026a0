//! A line of input.

use std::time::Duration;

use lahja_tests::conformance::{Field, from_hex};
use serde_json::Value;

/// What is to be done, and with what.
pub(crate) struct Command {
    name: String,
    fields: Value,
}

impl Command {
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let fields: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let name = fields["do"].as_str().ok_or("a command without `do`")?;
        Ok(Self {
            name: name.to_owned(),
            fields,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A field of any type that the notation knows; `Option` where it may be missing.
    pub(crate) fn get<F: Field>(&self, name: &str) -> Result<F, String> {
        F::from_json(self.fields.get(name)).map_err(|problem| format!("{name}: {problem}"))
    }

    pub(crate) fn json(&self, name: &str) -> &Value {
        &self.fields[name]
    }

    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        from_hex(self.fields[name].as_str().unwrap_or_default())
    }

    /// A number that JSON holds as such.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, String> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) => Ok(Some(number)),
                None => Err(format!("{name}: {value} is no number")),
            },
        }
    }

    pub(crate) fn size(&self, name: &str) -> Result<Option<usize>, String> {
        let number = self.number(name)?.map(usize::try_from).transpose();
        number.map_err(|error| format!("{name}: {error}"))
    }

    pub(crate) fn millis(&self, name: &str) -> Result<Option<Duration>, String> {
        Ok(self.number(name)?.map(Duration::from_millis))
    }
}
