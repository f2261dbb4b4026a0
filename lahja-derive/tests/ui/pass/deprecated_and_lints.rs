//! Derived code warns of nothing, whatever a crate denies.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all)]
#![forbid(unsafe_code)]

mod events {
    //! The events of this crate.

    #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
    pub(crate) struct Posted {
        pub(crate) r#type: u32,
        #[deprecated]
        pub(crate) old: Option<String>,
        #[deprecated]
        #[event(oneof)]
        pub(crate) body: Option<Body>,
    }

    #[derive(Clone, Debug, PartialEq, lahja::Oneof)]
    pub(crate) enum Body {
        #[event(tag = 4)]
        Text(String),
        #[deprecated]
        #[event(tag = 5)]
        Old(u32),
    }

    #[derive(Clone, Copy, Debug, PartialEq, lahja::Enumeration)]
    #[repr(i32)]
    pub(crate) enum Mood {
        Unspecified = 0,
        #[deprecated]
        Old = 1,
    }
}

fn main() {
    let _ = events::Posted::default();
    let _ = events::Mood::default() == events::Mood::Unspecified;
    let _ = events::Body::Text(String::new());
}
