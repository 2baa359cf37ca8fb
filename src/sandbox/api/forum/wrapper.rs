//! A whole conversation is closed, which mostly means everybody but the guest: threads 1, 2, 4 and 5.

use super::{accept, may_be_over, of_messages, rules, shown};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::{Close, Closed, Context, EmptyPost, Need, StatePatch};
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::ChosenCode;
use crate::sandbox::world::{Aftermath, Ending, Whose};
use serde_json::Value;

/// How the thread spells the code, where it patches and where it puts.
const CODES: [&str; 2] = ["wrapUpCode", "wrapupCode"];

/// `PATCH /conversations/webmessaging/{id}` `{"state":"closed"}`, thread 1.
pub(super) fn patch(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let code = code_in(service, &call.body)?;
    let whose = closed(rules(service).closed);
    end(service, call, whose, code)
}

/// `PUT` of the same, thread 1: the code may be wanted.
pub(super) fn put(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let rules = rules(service);
    let code = code_in(service, &call.body)?;
    if code.is_none() && rules.put_wrap_up == Need::Required {
        return Err(Refusal::wrap_up_code_required());
    }
    end(service, call, closed(rules.closed), code)
}

/// `POST /conversations/webmessaging/{id}/close`, thread 1.
pub(super) fn close(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let whose = match rules(service).close {
        Close::Absent => return Err(Refusal::not_found()),
        Close::Wrapper => Whose::AllButCustomer,
        Close::Everybody => Whose::Everybody,
    };
    end(service, call, whose, None)
}

/// `PATCH /conversations/webchat/{id}` `{"status":"closed"}`, thread 5.
pub(super) fn web_chat(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let whose = closed(rules(service).closed);
    end(service, call, whose, None)
}

/// `POST /conversations/{id}` `{}`, thread 2.
pub(super) fn empty_post(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let rules = rules(service);
    if rules.agent_context == Context::Agent && call.caller.user.is_none() {
        return Err(Refusal::not_active_participant());
    }
    if rules.empty_post == EmptyPost::Wrapper {
        return end(service, call, Whose::AllButCustomer, None);
    }
    may_be_over(service, call)?;
    let ending = Ending {
        teardown: Some(service.world.system_code()),
        ..Ending::of_all_legs(service.platform.teardown_disconnect_type)
    };
    accept(service, call, ending)?;
    shown(service, call)
}

/// `PATCH /conversations/messaging/{id}`, thread 4: 200, and mostly no more than that.
pub(super) fn state(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    if rules(service).state_patch == StatePatch::Ends {
        return end(service, call, Whose::Everybody, None);
    }
    may_be_over(service, call)?;
    shown(service, call)
}

fn closed(what: Closed) -> Whose {
    match what {
        Closed::Wrapper => Whose::AllButCustomer,
        Closed::Everybody => Whose::Everybody,
    }
}

fn end(
    service: &mut Service,
    call: &Call<'_>,
    whose: Whose,
    code: Option<ChosenCode>,
) -> Result<Answer, Refusal> {
    may_be_over(service, call)?;
    let guest_returns = rules(service).guest_returns && whose == Whose::AllButCustomer;
    let aftermath = Aftermath {
        code,
        guest_returns,
    };
    let ending = of_messages(service, whose, aftermath);
    accept(service, call, ending)?;
    shown(service, call)
}

/// The wrap-up code that a body names. One that there is not is as good as none.
fn code_in(service: &Service, body: &Value) -> Result<Option<ChosenCode>, Refusal> {
    let mut spellings = CODES.iter().filter_map(|name| body.get(name));
    let Some(named) = spellings.find(|value| !value.is_null()) else {
        return Ok(None);
    };
    let id = named.get("id").and_then(Value::as_str).unwrap_or("");
    let mut codes = service.world.directory.codes.iter();
    let code = codes.find(|code| code.id.to_string() == id);
    let code = code.ok_or_else(Refusal::wrap_up_code_required)?;
    Ok(Some(ChosenCode {
        id: id.to_owned(),
        name: code.name.clone(),
        ..ChosenCode::default()
    }))
}
