//! Who may be linked to whom: admission, names, and connects that cross.

use std::collections::BTreeMap;

use crate::wire::GoodbyeReason;

/// Identifies a link among all that this endpoint ever had.
pub(crate) type LinkId = u64;

/// Who a peer says that it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PeerId {
    pub(crate) name: String,
    pub(crate) instance: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Linked {
    id: LinkId,
    instance: u64,
}

/// What this endpoint has with one name.
///
/// ```text
///            may_greet                    answered(Hello)
///   nothing ──────────► greeted ────────────────────────────► linked
///      │                   │ admit: our name sorts higher        ▲
///      │                   └───────────► greeted and linked ─────┤ answered(Hello): replaces it
///      └─────────────────── admit ───────────────────────────────┘ attempt_over: keeps it
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Acquaintance {
    /// Our own `Hello` is on an open stream, unanswered.
    greeted: bool,
    link: Option<Linked>,
}

/// The links and open attempts of one endpoint, by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Meeting {
    me: String,
    known: BTreeMap<String, Acquaintance>,
}

/// What the acceptor does with a `Hello`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Admit,
    Refuse(GoodbyeReason, String),
}

impl Meeting {
    pub(crate) fn new(me: &str) -> Self {
        Self {
            me: me.to_owned(),
            known: BTreeMap::new(),
        }
    }

    /// The link to this name, if there is one.
    pub(crate) fn link(&self, name: &str) -> Option<LinkId> {
        Some(self.known.get(name)?.link.as_ref()?.id)
    }

    /// Asks to send our `Hello` on a stream that just opened; false if there is a link by now,
    /// or another attempt whose `Hello` is unanswered.
    #[must_use]
    pub(crate) fn may_greet(&mut self, name: &str) -> bool {
        let known = self.known.entry(name.to_owned()).or_default();
        let may = known.link.is_none() && !known.greeted;
        known.greeted |= may;
        may
    }

    /// Our attempt, which [`may_greet`](Self::may_greet) let say hello, ended without a link of
    /// its own.
    pub(crate) fn attempt_over(&mut self, name: &str) {
        if let Some(known) = self.known.get_mut(name) {
            known.greeted = false;
        }
        self.forget_if_nothing(name);
    }

    /// Our `Hello` was answered with the peer's: that is the link. Returns the admitted one that
    /// it replaces.
    ///
    /// Not if the peer has hung up, which has to be looked for without letting go of the meeting:
    /// a dead instance's answer would replace the link of the one that came after it. That is the
    /// end of the stream, and the attempt is over.
    pub(crate) fn answered(&mut self, peer: &PeerId, id: LinkId) -> Option<LinkId> {
        let known = self.known.entry(peer.name.clone()).or_default();
        known.greeted = false;
        let link = Linked {
            id,
            instance: peer.instance,
        };
        known.link.replace(link).map(|old| old.id)
    }

    /// Judges a `Hello` that came in, and links what it admits.
    pub(crate) fn admit(&mut self, peer: &PeerId, id: LinkId) -> Admission {
        if peer.name == self.me {
            let message = format!("{} is this endpoint's own name", peer.name);
            return Admission::Refuse(GoodbyeReason::NameTaken, message);
        }
        let known = self.known.entry(peer.name.clone()).or_default();
        if let Some(link) = &known.link {
            return refuse_second(peer, link);
        }
        if known.greeted && self.me < peer.name {
            let message = format!("{} is connecting to {} itself", self.me, peer.name);
            return Admission::Refuse(GoodbyeReason::Duplicate, message);
        }
        known.link = Some(Linked {
            id,
            instance: peer.instance,
        });
        Admission::Admit
    }

    /// A link is over.
    pub(crate) fn closed(&mut self, name: &str, id: LinkId) {
        if let Some(known) = self.known.get_mut(name) {
            known.link.take_if(|link| link.id == id);
        }
        self.forget_if_nothing(name);
    }

    fn forget_if_nothing(&mut self, name: &str) {
        if self.known.get(name) == Some(&Acquaintance::default()) {
            self.known.remove(name);
        }
    }
}

fn refuse_second(peer: &PeerId, link: &Linked) -> Admission {
    let name = &peer.name;
    if link.instance == peer.instance {
        let message = format!("{name} is linked to this endpoint already");
        return Admission::Refuse(GoodbyeReason::Duplicate, message);
    }
    let message = format!("the name {name} belongs to another endpoint that is alive");
    Admission::Refuse(GoodbyeReason::NameTaken, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(name: &str, instance: u64) -> PeerId {
        PeerId {
            name: name.to_owned(),
            instance,
        }
    }

    fn refusal(admission: Admission) -> GoodbyeReason {
        match admission {
            Admission::Refuse(reason, _) => reason,
            Admission::Admit => panic!("expected a refusal"),
        }
    }

    #[test]
    fn a_stranger_is_admitted_once() {
        let mut bob = Meeting::new("bob");
        assert_eq!(bob.admit(&peer("alice", 1), 1), Admission::Admit);
        assert_eq!(
            refusal(bob.admit(&peer("alice", 1), 2)),
            GoodbyeReason::Duplicate
        );
        assert_eq!(
            refusal(bob.admit(&peer("alice", 2), 3)),
            GoodbyeReason::NameTaken
        );
        bob.closed("alice", 1);
        assert_eq!(bob.admit(&peer("alice", 2), 4), Admission::Admit);
    }

    #[test]
    fn nobody_else_may_use_our_own_name() {
        let mut bob = Meeting::new("bob");
        assert_eq!(
            refusal(bob.admit(&peer("bob", 9), 1)),
            GoodbyeReason::NameTaken
        );
    }

    #[test]
    fn of_two_that_greet_each_other_the_lower_name_refuses() {
        let (mut alice, mut bob) = (Meeting::new("alice"), Meeting::new("bob"));
        assert!(alice.may_greet("bob") && bob.may_greet("alice"));
        assert_eq!(
            refusal(alice.admit(&peer("bob", 2), 1)),
            GoodbyeReason::Duplicate
        );
        assert_eq!(bob.admit(&peer("alice", 1), 1), Admission::Admit);
    }

    #[test]
    fn an_attempt_that_is_answered_after_all_replaces_the_admitted_link() {
        let mut bob = Meeting::new("bob");
        assert!(bob.may_greet("alice"));
        assert_eq!(bob.admit(&peer("alice", 1), 1), Admission::Admit);
        assert_eq!(bob.answered(&peer("alice", 2), 2), Some(1));
        bob.closed("alice", 1);
        assert_eq!(
            bob.link("alice"),
            Some(2),
            "the end of the replaced link changes nothing"
        );
    }

    #[test]
    fn no_hello_is_sent_where_there_is_a_link() {
        let mut alice = Meeting::new("alice");
        assert_eq!(alice.admit(&peer("bob", 1), 1), Admission::Admit);
        assert!(!alice.may_greet("bob"));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let mut alice = Meeting::new("alice");
        assert!(alice.may_greet("bob"));
        alice.attempt_over("bob");
        assert!(alice.known.is_empty());
    }
}
