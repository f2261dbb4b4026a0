//! A responder at work: which requests are answered where they stand, and which by tasks.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio::task::JoinSet;

use super::core::Core;
use super::respond::IntoAnswer;
use super::subscribe::panic_message;
use crate::handles::Inbox;
use crate::local::Holder;
use crate::wire::FailureCode;
use crate::{Received, Request, Result};

/// After so many requests the connections of this thread may write what was answered, so that the
/// requester goes on while the rest is answered.
const BETWEEN_WRITES: usize = 8;

/// A handler that keeps its thread for longer than this had better run beside others.
const LONG: Duration = Duration::from_micros(100);

/// How many requests get a task from the start after one that took long.
const TASKS_AFTER_LONG: usize = 64;

/// Calls a handler for one request after the other. What that can answer without waiting, and soon,
/// is answered there and then; everything else runs as tasks, a limited number at a time.
pub(super) struct Answering<F> {
    core: Arc<Core>,
    handler: F,
    running: JoinSet<()>,
    begun: usize,
    /// How many of the next requests get a task from the start.
    tasks_first: usize,
}

impl<F> Answering<F> {
    pub(super) fn new(core: Arc<Core>, handler: F) -> Self {
        Self {
            core,
            handler,
            running: JoinSet::new(),
            begun: 0,
            tasks_first: 0,
        }
    }

    /// Answers until no more requests come, and all are answered.
    pub(super) async fn run<R, Fut>(mut self, mut inbox: Inbox<R>)
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut + Send,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response> + Send,
    {
        // Requests of peers that are to read their earlier answers first.
        let mut held = JoinSet::new();
        loop {
            let has_room = self.running.len() < self.core.options.handlers;
            tokio::select! {
                request = inbox.next(), if has_room => match request {
                    Some(_) if inbox.is_closed() => break,
                    Some(request) => self.begin_or_hold(request, &mut held),
                    None => break,
                },
                Some(Ok(request)) = held.join_next(), if has_room && !held.is_empty() => {
                    self.begin_or_hold(request, &mut held);
                }
                // Each catches its own panic, and nobody aborts one.
                Some(_) = self.running.join_next(), if !self.running.is_empty() => continue,
            }
            self.begun += 1;
            if self.begun % BETWEEN_WRITES == 0 {
                step_back().await;
            }
        }
        if inbox.is_closed() {
            held.abort_all();
        }
        while let Some(request) = held.join_next().await {
            request.into_iter().for_each(|request| self.begin(request));
        }
        while self.running.join_next().await.is_some() {}
    }

    fn begin_or_hold<R, Fut>(&mut self, request: Received<R>, held: &mut JoinSet<Received<R>>)
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response> + Send,
    {
        if !request.requester_is_behind() {
            return self.begin(request);
        }
        let core = self.core.clone();
        held.spawn(async move {
            core.until(|| !request.requester_is_behind()).await;
            request
        });
    }

    fn begin<R, Fut>(&mut self, mut request: Received<R>)
    where
        R: Request,
        F: FnMut(Received<R>) -> Fut,
        Fut: Future + Send + 'static,
        Fut::Output: IntoAnswer<R::Response>,
    {
        let holder = request.take_holder();
        let is_given_up = holder.as_ref().is_some_and(Holder::is_given_up);
        let begun = Instant::now();
        // A request that is not wanted any more is dropped here, and may panic as it is.
        let call = || (!is_given_up).then(|| (self.handler)(request));
        let handling = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Some(handling)) => handling,
            Ok(None) => return nobody_waits::<R>(),
            Err(panic) => return panicked::<R>(holder, &*panic),
        };
        // The error's text is the user's code too.
        let answering = async { handling.await.into_answer() };
        let mut handled = Box::pin(AssertUnwindSafe(answering).catch_unwind());
        if self.tasks_first > 0 {
            self.tasks_first -= 1;
            self.running
                .spawn(answer::<R>(self.core.clone(), handled, holder));
            return;
        }
        match handled.as_mut().now_or_never() {
            Some(handled) => finish::<R>(holder, handled),
            None => drop(
                self.running
                    .spawn(answer::<R>(self.core.clone(), handled, holder)),
            ),
        }
        if begun.elapsed() > LONG {
            self.tasks_first = TASKS_AFTER_LONG;
        }
    }
}

/// Lets the tasks run that are ready; tokio's own `yield_now` would ask the kernel for more first.
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

/// What became of a handler: its answer, why it has none, or a panic.
type Handled<A> = Result<Result<A, String>, Box<dyn Any + Send>>;

/// Runs one handler to its end, or until nobody waits for its answer any more.
async fn answer<R: Request>(
    core: Arc<Core>,
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
            nobody_waits::<R>();
        }
        handled = handled => {
            if let Some(holder) = &holder {
                await_reading(&core, holder).await;
            }
            finish::<R>(holder, handled);
        }
    }
}

/// Gives the requester the time to read earlier answers: as long as a broadcast would wait for it.
async fn await_reading(core: &Arc<Core>, holder: &Holder) {
    if holder.requester_is_behind() {
        let deadline = tokio::time::Instant::now() + core.options.broadcast_timeout;
        let has_read = core.until(|| !holder.requester_is_behind());
        // One that reads nothing is not waited for any longer: it loses its connection in the end.
        let _ = core.in_time(deadline, has_read).await;
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

fn nobody_waits<R: Request>() {
    tracing::debug!(request = R::NAME, "nobody waits for the answer any more");
}
