#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted<'a> {
    text: &'a str,
}

fn main() {}
