//! Answering requests with a handler.

use std::any::Any;
use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use futures::FutureExt;
use tokio::task::JoinSet;

use super::core::Core;
use super::subscribe::panic_message;
use crate::handles::{Inbox, Subscription};
use crate::local::Holder;
use crate::wire::FailureCode;
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
        self.spawn_handler(answer_all(inbox, handler, self.options.handlers));
        Ok(Subscription::new(registration))
    }
}

async fn answer_all<R, F, Fut>(mut inbox: Inbox<R>, mut handler: F, limit: usize)
where
    R: Request,
    F: FnMut(Received<R>) -> Fut + Send,
    Fut: Future + Send + 'static,
    Fut::Output: IntoAnswer<R::Response> + Send,
{
    let mut running = JoinSet::new();
    let mut begun: usize = 0;
    loop {
        tokio::select! {
            request = inbox.next(), if running.len() < limit => match request {
                Some(_) if inbox.is_closed() => break,
                Some(request) => {
                    begin(&mut running, &mut handler, request);
                    begun += 1;
                    if begun % BETWEEN_WRITES == 0 {
                        step_back().await;
                    }
                }
                None => break,
            },
            // Each catches its own panic, and nobody aborts one.
            Some(_) = running.join_next(), if !running.is_empty() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// After so many requests the connections of this thread may write what was answered, so that the
/// requester goes on while the rest is answered.
const BETWEEN_WRITES: usize = 4;

/// Lets the tasks run that are ready.
async fn step_back() {
    let mut stepped_back = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut stepped_back, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Calls the handler. What it can answer at once is answered here and now: a task of its own is
/// for those that have to wait.
fn begin<R, F, Fut>(running: &mut JoinSet<()>, handler: &mut F, mut request: Received<R>)
where
    R: Request,
    F: FnMut(Received<R>) -> Fut,
    Fut: Future + Send + 'static,
    Fut::Output: IntoAnswer<R::Response>,
{
    let holder = request.take_holder();
    if holder.as_ref().is_some_and(Holder::is_given_up) {
        return tracing::debug!(request = R::NAME, "nobody waits for the answer any more");
    }
    let handling = match catch_unwind(AssertUnwindSafe(|| handler(request))) {
        Ok(handling) => handling,
        Err(panic) => return panicked::<R>(holder, &*panic),
    };
    // The error's text is the user's code too.
    let answering = async { handling.await.into_answer() };
    let mut handled = Box::pin(AssertUnwindSafe(answering).catch_unwind());
    match handled.as_mut().now_or_never() {
        Some(handled) => finish::<R>(holder, handled),
        None => {
            running.spawn(answer::<R>(handled, holder));
        }
    }
}

/// What became of a handler: its answer, why it has none, or a panic.
type Handled<A> = Result<Result<A, String>, Box<dyn Any + Send>>;

/// Runs one handler to its end, or until nobody waits for its answer any more.
async fn answer<R: Request>(
    handled: impl Future<Output = Handled<R::Response>>,
    holder: Option<Holder>,
) {
    let given_up = async {
        match &holder {
            Some(holder) => holder.cancelled().cancelled().await,
            // It came by broadcast: nobody ever waited for the answer.
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        () = given_up => {
            tracing::debug!(request = R::NAME, "nobody waits for the answer any more");
        }
        handled = handled => finish::<R>(holder, handled),
    }
}

fn finish<R: Request>(holder: Option<Holder>, handled: Handled<R::Response>) {
    match (handled, holder) {
        (Err(panic), holder) => panicked::<R>(holder, &*panic),
        (Ok(_), None) => {}
        (Ok(Ok(answer)), Some(holder)) => reply::<R>(holder, answer),
        (Ok(Err(why)), holder) => failed::<R>(holder, &why),
    }
}

fn panicked<R: Request>(holder: Option<Holder>, panic: &(dyn Any + Send)) {
    failed::<R>(holder, &format!("it panicked: {}", panic_message(panic)));
}

fn reply<R: Request>(holder: Holder, answer: R::Response) {
    // If its encoder panics, the holder is dropped on the way, and tells the requester.
    match catch_unwind(AssertUnwindSafe(|| holder.reply(answer))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::error!(request = R::NAME, %error, "an answer could not be sent");
        }
        Err(panic) => {
            let why = panic_message(&*panic);
            tracing::error!(request = R::NAME, why, "an answer's encoder panicked");
        }
    }
}

fn failed<R: Request>(holder: Option<Holder>, why: &str) {
    tracing::error!(request = R::NAME, why, "a handler failed");
    if let Some(holder) = holder {
        holder.fail(FailureCode::HandlerFailed, why);
    }
}
