#[derive(Clone, Debug, Default, lahja::Event)]
struct Posted {
    #[event(tag = 0)]
    zero: String,
    #[event(tag = 536870912)]
    large: String,
    #[event(tag = 18446744073709551616)]
    larger: String,
    #[event(tag = 19500)]
    reserved: String,
}

fn main() {}
