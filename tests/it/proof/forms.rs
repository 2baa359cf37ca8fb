//! The same refusal in every form that the platform might give it: nobody could verify which members its bodies have.

use serde_json::{Value, json};

use super::office::{ORPHAN, Office};

#[test]
fn a_refusal_names_its_permissions_wherever_they_stand() {
    let office = Office::new();
    let id = office.id(ORPHAN);
    let path = format!("/api/v2/conversations/{id}");
    let permission = "conversation:communication:view";
    let body = |message: &str, parameters: Value| json!({ "code": "missing.any.permissions", "status": 403, "message": message, "messageParams": parameters });
    for (body, words) in [
        (
            body("no", json!({ "permissions": format!("[{permission}]") })),
            permission,
        ),
        (body("no", json!({ "permissions": permission })), permission),
        (
            body(&format!("one of: [{permission}]"), json!({})),
            permission,
        ),
        (
            body(&format!("one of: [{permission}]"), Value::Null),
            permission,
        ),
        (
            body("You may not do that", Value::Null),
            "the missing permission",
        ),
    ] {
        office.served.order(&json!({ "clear": true }));
        office.answers(&path, 403, &body);
        office.run(&["show", &id]).refused(3, &[words]);
    }
}

#[test]
fn a_refusal_of_the_sign_in_is_understood_in_every_form() {
    let office = Office::new();
    for (status, body, words) in [
        (
            401,
            json!({ "error": "invalid_client", "error_description": "who is that" }),
            "who is that",
        ),
        (
            400,
            json!({ "error": "invalid_client", "description": "who is that" }),
            "who is that",
        ),
        (401, json!({ "error": "invalid_client" }), "invalid_client"),
        (400, json!({ "reason": 7 }), "sign-in refused"),
        (
            401,
            json!({ "code": "bad.credentials", "message": "no", "status": 401 }),
            "sign-in refused",
        ),
    ] {
        office.served.order(&json!({ "clear": true }));
        office.served.order(&json!({ "fault": [{
            "step": "token", "times": 0, "status": status,
            "body": body.to_string(), "content_type": "application/json",
        }] }));
        office
            .run(&["list"])
            .refused(3, &["sign-in refused", words]);
        let found = office.doctor();
        assert_eq!(found.code, 3);
        found.says("token", "bad", words);
    }
}
