//! Whether a sandbox is still there.

use super::*;

/// Folders in which no sandbox left word.
fn nowhere() -> Paths {
    Paths::under(&std::env::temp_dir().join("unstick-no-such-home"))
}

#[tokio::test]
async fn a_sandbox_is_gone_when_it_has_stopped_or_another_one_has_its_place() {
    let pretend = Pretend::stage("quiet", &Staging::default()).await.unwrap();
    let (url, org_id) = (pretend.welcome.url.clone(), pretend.welcome.org_id.clone());
    assert!(!is_gone(&url, &org_id, &nowhere()).await);
    assert!(is_gone(&url, "an organisation of an earlier start", &nowhere()).await);
    pretend.stop().await;
    assert!(is_gone(&url, &org_id, &nowhere()).await);
}

#[tokio::test]
async fn a_sandbox_that_cannot_be_asked_may_still_be_there() {
    assert!(!is_gone("no address", "any", &nowhere()).await);
}
