//! Where both front ends end: `lahja-build` and `lahja-derive` emit calls of these macros and
//! nothing else of lahja's, so what an event implements is said once.

/// Makes `$type`, a `prost::Message`, an event; with `response`, a request.
///
/// ```text
/// ::lahja::__event! { type: MessagePosted, name: "chat.v1.MessagePosted" }
/// ::lahja::__event! { type: GetHistory, name: "chat.v1.GetHistory", type_id: 7, response: History }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __event {
    (
        type: $type:ty, name: $name:expr
        $(, type_id: $id:literal)? $(, response: $response:ty)? $(,)?
    ) => {
        impl $crate::Event for $type {
            const NAME: &'static str = $name;
            const NAMED: $crate::__private::Named = <$type as $crate::__private::Declared>::NAMED;
            $(const TYPE_ID: $crate::TypeId = $crate::TypeId::new($id);)?
        }
        $(
            impl $crate::Request for $type {
                type Response = $response;
            }
        )?
    };
}

/// Lets `$type`, a `prost::Message`, be a field of derived structs, and says where it is declared.
///
/// ```text
/// ::lahja::__message! { type: MessagePosted, name: "chat.v1.MessagePosted", files: FILES }
/// ::lahja::__message! { type: GetHistory, declaration: ::lahja::__private::Declaration::Unknown }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __message {
    (type: $type:ty, name: $name:literal, files: $files:expr) => {
        $crate::__message! {
            type: $type,
            declaration: $crate::__private::Declaration::InFile { name: $name, files: $files }
        }
    };
    (type: $type:ty, declaration: $declaration:expr) => {
        impl $crate::__private::Element for $type {
            type Codec = $crate::__private::Message;
        }

        $crate::__declared! { $type, $declaration }
    };
}

/// Lets `$type`, a `prost::Enumeration`, be a field of derived structs. As [`__message!`].
#[doc(hidden)]
#[macro_export]
macro_rules! __enumeration {
    (type: $type:ty, name: $name:literal, files: $files:expr) => {
        $crate::__enumeration! {
            type: $type,
            declaration: $crate::__private::Declaration::InFile { name: $name, files: $files }
        }
    };
    (type: $type:ty, declaration: $declaration:expr) => {
        impl $crate::__private::Element for $type {
            type Codec = $crate::__private::Enumeration;
        }

        impl $crate::__private::Field for $type {
            type Codec = $crate::__private::Implicit<$crate::__private::Enumeration>;
        }

        $crate::__declared! { $type, $declaration }
    };
}

/// Lets `$type` say where it is declared.
#[doc(hidden)]
#[macro_export]
macro_rules! __declared {
    ($type:ty, $declaration:expr) => {
        #[allow(deprecated)]
        impl $crate::__private::Declared for $type {
            const NAMED: $crate::__private::Named =
                $crate::__private::Named::of::<$type>(|| const { $declaration });
        }
    };
}

/// Includes what `lahja-build` generated for one package: `lahja::include_proto!("chat.v1");`.
#[macro_export]
macro_rules! include_proto {
    ($package:tt) => {
        include!(concat!(env!("OUT_DIR"), concat!("/", $package, ".rs")));
    };
}

/// Includes all packages that `lahja-build` generated, nested as their names are:
/// `mod proto { lahja::include_protos!(); }` gives `proto::chat::v1::MessagePosted`.
#[macro_export]
macro_rules! include_protos {
    () => {
        include!(concat!(env!("OUT_DIR"), "/lahja_protos.rs"));
    };
}
