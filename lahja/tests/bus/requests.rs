//! Questions and their answers.

use lahja::{Error, Received};

use super::*;

#[tokio::test]
async fn a_handler_answers() {
    let (alice, bob) = pair().await;
    let _answers = bob
        .respond(|add: Received<Add>| async move {
            Sum {
                value: add.left + add.right,
            }
        })
        .unwrap();
    knows_subscriber::<Add>(&alice, &bob).await;
    let sum = alice.request(Add { left: 2, right: 3 }).await.unwrap();
    assert_eq!(sum, Sum { value: 5 });
}

#[tokio::test]
async fn a_request_that_nobody_subscribes_to_fails_at_once() {
    let (alice, _bob) = pair().await;
    let error = alice.request(Add::default()).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::NoSubscribers {
                event: "test.v1.Add"
            }
        ),
        "{error}"
    );
}
