//! The rules that a frame can break by itself, whatever came before it.

use super::{
    Broadcast, EventType, Frame, FrameBody, Hello, Subscriptions, WireError, check_endpoint_name,
    check_event_name,
};

impl Frame {
    /// Checks what a frame that decodes can still get wrong by itself: names, numbers that must
    /// not be 0, a frame limit that is too low, a request that is an answer too.
    ///
    /// # Errors
    ///
    /// The first rule that the frame breaks; its [`reason`](WireError::reason) is for the peer.
    pub fn check(&self) -> Result<(), WireError> {
        match &self.body {
            Some(FrameBody::Hello(hello)) => check_hello(hello),
            Some(FrameBody::Subscriptions(change)) => check_subscriptions(change),
            Some(FrameBody::Broadcast(broadcast)) => check_broadcast(broadcast),
            _ => Ok(()),
        }
    }
}

fn check_hello(hello: &Hello) -> Result<(), WireError> {
    check_endpoint_name(&hello.name)?;
    hello.frame_limit()?;
    must(hello.instance != 0, "the instance of a Hello is not 0")
}

fn check_subscriptions(change: &Subscriptions) -> Result<(), WireError> {
    change.added.iter().try_for_each(check_event_type)
}

fn check_event_type(added: &EventType) -> Result<(), WireError> {
    check_event_name(&added.name)?;
    must(added.id != 0, "a type ID is not 0")
}

fn check_broadcast(broadcast: &Broadcast) -> Result<(), WireError> {
    let is_both = broadcast.request_id != 0 && broadcast.response_to != 0;
    must(!is_both, "a Broadcast is a request or an answer, not both")
}

fn must(holds: bool, rule: &'static str) -> Result<(), WireError> {
    match holds {
        true => Ok(()),
        false => Err(WireError::BrokenRule(rule)),
    }
}
