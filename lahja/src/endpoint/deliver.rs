//! From the endpoint to its own subscribers.

use std::sync::Arc;

use bytes::Bytes;

use super::routes::Route;
use crate::Event;
use crate::link::encode;
use crate::local::{AnyTopic, Context, Opening, Receipt, Topic};
use crate::wire::FailureCode;

impl Route {
    /// Delivers an event to this endpoint's own subscribers: as it is to those of its Rust type,
    /// from its bytes to others.
    pub(super) fn deliver<E: Event>(
        &self,
        event: E,
        context: Context,
        receipt: Receipt,
        opening: Option<Opening>,
    ) {
        let receipt = receipt.shared_by(self.topics.len());
        if self.topics.is_empty() {
            receipt.settle();
        }
        let own = self.topic::<E>();
        let twins = self.twins_of::<E>();
        let mut delivered = Ok(());
        if !twins.is_empty() {
            let (context, receipt) = (context.clone(), receipt.clone());
            delivered =
                deliver_encoded(&twins, &encode(&event), context, receipt, opening.as_ref());
        }
        if let Some(topic) = own {
            topic.deliver(event, context, receipt, opening.as_ref());
        }
        if let Err(why) = delivered {
            tracing::error!(event = E::NAME, why, "two types of one name disagree");
            if let Some(opening) = opening {
                opening.fail(FailureCode::DecodeFailed, why);
            }
        }
    }

    /// The topics of other Rust types with the name of `E`; there hardly ever are any.
    fn twins_of<E: Event>(&self) -> Vec<Arc<dyn AnyTopic>> {
        let is_twin = |topic: &&Arc<dyn AnyTopic>| !topic.as_any().is::<Topic<E>>();
        self.topics.iter().filter(is_twin).cloned().collect()
    }
}

/// Delivers an event from its bytes to each of these topics; the error says why the last of those
/// that could not decode it could not.
pub(super) fn deliver_encoded(
    topics: &[Arc<dyn AnyTopic>],
    payload: &Bytes,
    context: Context,
    receipt: Receipt,
    opening: Option<&Opening>,
) -> Result<(), String> {
    let Some((last, others)) = topics.split_last() else {
        return Ok(());
    };
    let mut delivered = Ok(());
    for topic in others {
        let (context, receipt) = (context.clone(), receipt.clone());
        if let Err(why) = topic.deliver_encoded(payload, context, receipt, opening) {
            delivered = Err(why);
        }
    }
    last.deliver_encoded(payload, context, receipt, opening)
        .and(delivered)
}
