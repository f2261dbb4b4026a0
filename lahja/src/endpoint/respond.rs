//! Answering requests with a handler.

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use super::answering::Answering;
use super::core::Core;
use crate::handles::{Inbox, Subscription};
use crate::{Event, Received, Request, Result};

/// What a handler of requests may give: the answer, or the answer or why there is none.
pub trait IntoAnswer<A> {
    /// The answer, or what the requester is told.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    fn into_answer(self) -> Result<A, String>;
}

impl<A: Event> IntoAnswer<A> for A {
    fn into_answer(self) -> Result<A, String> {
        Ok(self)
    }
}

impl<A: Event, E: Display> IntoAnswer<A> for Result<A, E> {
    fn into_answer(self) -> Result<A, String> {
        self.map_err(|error| error.to_string())
    }
}

impl Core {
    /// Answers each request with what `handler` gives, several at a time.
    pub(super) fn respond<R, F, Fut>(self: &Arc<Self>, handler: F) -> Result<Subscription>
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response> + Send,
    {
        let registration = self.subscribe::<R>()?;
        let inbox = Inbox::new(registration.mailbox().clone());
        self.spawn_handler(Answering::new(self.clone(), handler).run(inbox));
        Ok(Subscription::new(registration))
    }
}
