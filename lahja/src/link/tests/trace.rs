//! Frames and link events as short words, so that a test reads as a trace.

use super::super::{Arrived, LinkEvent};
use crate::wire::{Broadcast, EventType, Frame, FrameBody, Subscriptions, TypeId};

/// `subscriptions 2: +x -y`, `x "hi" ?7`, `credit x 80`, …
pub(super) fn frame(frame: &Frame) -> String {
    match &frame.body {
        None => "nothing".to_owned(),
        Some(FrameBody::Hello(hello)) => format!("hello {}", hello.name),
        Some(FrameBody::Subscriptions(change)) => subscriptions(change),
        Some(FrameBody::SubscriptionsAck(ack)) => format!("ack {}", ack.revision),
        Some(FrameBody::Broadcast(it)) => broadcast(it),
        Some(FrameBody::Failure(it)) => format!("failure !{} {:?}", it.response_to, it.code()),
        Some(FrameBody::Goodbye(goodbye)) => format!("goodbye {:?}", goodbye.reason()),
        Some(FrameBody::Cancel(cancel)) => format!("cancel ?{}", cancel.request_id),
        Some(FrameBody::Credit(credit)) => {
            let grants = credit.grants.iter();
            let grants = grants.map(|g| format!(" {} {}", name_of(g.type_id), g.bytes));
            format!("credit{}", grants.collect::<String>())
        }
    }
}

/// `arrived x "hi"`, `sent 3`, `closed: …, 2 unconfirmed`, …
pub(super) fn heard(event: &LinkEvent) -> String {
    match event {
        LinkEvent::Ready => "ready".to_owned(),
        LinkEvent::PeerSubscribed(EventType { name, .. }) => format!("subscribed {name}"),
        LinkEvent::PeerUnsubscribed(id) => format!("unsubscribed {}", name_of(id.get())),
        LinkEvent::Acknowledged(_) => "acknowledged".to_owned(),
        LinkEvent::Arrived(Arrived { broadcast: it, .. }) => format!("arrived {}", broadcast(it)),
        LinkEvent::ArrivedRun(it) => format!("arrived {} at once", it.run.events()),
        LinkEvent::Answered(it) => format!("answered {}", broadcast(it)),
        LinkEvent::Failed {
            request_id, code, ..
        } => format!("failed ?{request_id} {code:?}"),
        LinkEvent::NothingOwed => "nothing owed".to_owned(),
        LinkEvent::CaughtUp => "caught up".to_owned(),
        LinkEvent::Sent(id) => format!("sent {id}"),
        LinkEvent::Dropped(id) => format!("dropped {id}"),
        LinkEvent::Unanswered(ids) => format!("unanswered {ids:?}"),
        LinkEvent::Closed {
            ending,
            unconfirmed,
        } => format!("closed: {ending}, {unconfirmed} unconfirmed"),
    }
}

fn subscriptions(change: &Subscriptions) -> String {
    let added = change.added.iter().map(|added| format!(" +{}", added.name));
    let removed = change
        .removed
        .iter()
        .map(|id| format!(" -{}", name_of(*id)));
    let more = if change.more { " …" } else { "" };
    let changes: String = removed.chain(added).collect();
    format!("subscriptions {}:{changes}{more}", change.revision)
}

fn broadcast(it: &Broadcast) -> String {
    let mut words = format!("{} {}", name_of(it.type_id), payload(it));
    for (sign, number) in [(" ?", it.request_id), (" !", it.response_to)] {
        if number != 0 {
            words += &format!("{sign}{number}");
        }
    }
    if it.missed != 0 {
        words += &format!(" (missed {})", it.missed);
    }
    words
}

fn payload(it: &Broadcast) -> String {
    match it.payload.len() {
        len @ 21.. => format!("of {len} bytes"),
        _ => format!("{:?}", String::from_utf8_lossy(&it.payload)),
    }
}

fn name_of(id: u64) -> String {
    let names = ["x", "y", "z", "answer"];
    let name = names.into_iter().find(|name| TypeId::of(name).get() == id);
    name.map_or_else(|| TypeId::new(id).to_string(), str::to_owned)
}
