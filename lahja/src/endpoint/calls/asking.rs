//! Calls that ask, and that answer.

use std::future::Future;

use crate::{BroadcastConfig, Endpoint, IntoAnswer, Received, Request, Result, Subscription};

/// Asking and answering.
impl Endpoint {
    /// Sends a request to everyone who subscribes to it; the first good answer wins.
    ///
    /// Always ends: with an answer, with the last candidate's failure, at once when the last
    /// candidate's process dies, or at the request deadline (10 s). Dropped midway, it tells
    /// those who have not answered that nobody waits any more.
    ///
    /// # Errors
    ///
    /// [`Error::NoSubscribers`](crate::Error::NoSubscribers),
    /// [`Error::DeadlineExceeded`](crate::Error::DeadlineExceeded),
    /// [`Error::Disconnected`](crate::Error::Disconnected),
    /// [`Error::Unanswered`](crate::Error::Unanswered),
    /// [`Error::HandlerFailed`](crate::Error::HandlerFailed),
    /// [`Error::ShuttingDown`](crate::Error::ShuttingDown),
    /// [`Error::UnexpectedResponse`](crate::Error::UnexpectedResponse),
    /// [`Error::Decode`](crate::Error::Decode), [`Error::TooLarge`](crate::Error::TooLarge),
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub async fn request<R: Request>(&self, request: R) -> Result<R::Response> {
        self.core.request(request, None).await
    }

    /// [`request`](Self::request), to whom and how the config says.
    ///
    /// # Errors
    ///
    /// Those of `request`.
    pub async fn request_with<R: Request>(
        &self,
        request: R,
        config: BroadcastConfig,
    ) -> Result<R::Response> {
        self.core.request(request, Some(&config)).await
    }

    /// Answers each request with what `handler` gives: the response, or a `Result` of it whose
    /// error is told to the requester as [`Error::HandlerFailed`](crate::Error::HandlerFailed).
    ///
    /// The handler is called for one request after the other, and what it can answer without waiting
    /// is answered there and then. Those that have to wait run as tasks, up to
    /// [64](crate::EndpointBuilder::handlers) at a time; so do the requests that come after one whose
    /// handler kept the thread for more than 100 µs. When nobody waits for an answer any more, its
    /// handler is dropped at its next await, or not called at all. A panic is logged and fails that
    /// request alone.
    ///
    /// While a peer leaves more than a quarter of
    /// [its limit](crate::EndpointBuilder::unwritten_control) of answers unread, its requests wait,
    /// and others are answered.
    ///
    /// # Errors
    ///
    /// [`Error::TypeIdCollision`](crate::Error::TypeIdCollision),
    /// [`Error::TooManySubscriptions`](crate::Error::TooManySubscriptions),
    /// [`Error::Stopped`](crate::Error::Stopped).
    pub fn respond<R, F, Fut>(&self, handler: F) -> Result<Subscription>
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut + Send + 'static,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response> + Send,
    {
        self.core.respond(handler)
    }
}
