//! What makes a protobuf message an event, and an event a request.

use crate::declaration::{Declaration, Named};
use crate::wire::TypeId;

/// A protobuf message that travels on the bus.
///
/// Implemented by what `lahja-build` generates and by `#[derive(lahja::Event)]`, hardly ever by
/// hand: of a message that is, `encoded_len` and `encode_raw` are called, and `merge` into the default.
/// The name is the identity: two Rust types with one name are one event, and must agree on the fields
/// as two versions of a protobuf message must.
///
/// ```
/// use lahja::Event;
///
/// #[derive(Clone, Debug, Default, PartialEq, lahja::Event)]
/// #[event(package = "chat.v1")]
/// struct MessagePosted {
///     room: String,
///     text: String,
/// }
///
/// assert_eq!(MessagePosted::NAME, "chat.v1.MessagePosted");
/// assert_eq!(MessagePosted::TYPE_ID.get(), 0xcbdd_c68f_00a3_8370);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a lahja event",
    note = "declare it with `option (lahja.event) = {{}};` in its .proto file, or with `#[derive(lahja::Event)]` on the struct"
)]
pub trait Event: prost::Message + Clone + Default + 'static {
    /// The full protobuf name, without a leading dot, at most 255 bytes.
    const NAME: &'static str;

    /// What stands for the name on the wire.
    const TYPE_ID: TypeId = TypeId::of(Self::NAME);

    /// For [`schema`](crate::schema). Who implements this trait by hand has nothing to say here.
    #[doc(hidden)]
    const NAMED: Named = Named::of::<Self>(|| Declaration::Unknown);
}

/// An event that expects an answer.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no answer bound to it",
    note = "bind one with `option (lahja.event) = {{ response: \"…\" }};` or an rpc in its .proto file, or with `#[event(response = …)]` on the struct"
)]
pub trait Request: Event {
    /// The type of the answer.
    type Response: Event;

    /// For [`schema`](crate::schema).
    #[doc(hidden)]
    const RESPONSE: Named = Self::Response::NAMED;
}
