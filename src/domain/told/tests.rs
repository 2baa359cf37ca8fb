//! The table, row by row; and what a plan and a run make of it.

use super::*;
use crate::domain::evidence::Evidence;
use crate::domain::fact::Settled;
use crate::domain::failure::Receipt;
use crate::domain::ids::ParticipantId;
use crate::domain::item::{Answer, Sent};
use crate::domain::kind::Kind;
use crate::domain::staged::{NOW, leg, staged};

fn case(setting: Setting, ends_agent_leg: bool, guest: GuestLeg) -> Case {
    Case {
        setting,
        ends_agent_leg,
        guest,
        witnessed: None,
    }
}

#[test]
fn the_table_holds_row_by_row() {
    use GuestLeg::{Open, Over, RanOut};
    use OnDisconnect::{Off, ReadOnly, Send};
    let odd = || OnDisconnect::Other("Fade".into());
    let rows = [
        (Err("why not".to_owned()), true, Open, Told::Unknown),
        (Err("why not".to_owned()), false, RanOut, Told::Unknown),
        (Ok(Off), true, Open, Told::Never),
        (Ok(Off), false, Over, Told::Never),
        (Ok(Send), true, Open, Told::Told),
        (Ok(ReadOnly), true, Open, Told::Told),
        (Ok(odd()), true, Open, Told::Unknown),
        (Ok(Send), true, Over, Told::Unknown),
        (Ok(ReadOnly), true, Over, Told::OnReturn),
        (Ok(odd()), true, Over, Told::Unknown),
        (Ok(odd()), true, RanOut, Told::Never),
        (Ok(Send), false, Open, Told::Unknown),
        (Ok(ReadOnly), false, Open, Told::Unknown),
        (Ok(ReadOnly), false, Over, Told::Unknown),
        (Ok(Send), true, RanOut, Told::Never),
        (Ok(ReadOnly), false, RanOut, Told::Never),
    ];
    for (setting, ends_agent_leg, guest, told) in rows {
        let case = case(setting, ends_agent_leg, guest);
        let telling = case.telling();
        assert_eq!(telling.told, told, "{case:?}");
        assert!(!telling.is_seen && !telling.from.is_empty(), "{case:?}");
    }
    let from = case(Ok(odd()), true, Open).telling().from;
    assert!(from.contains("(Fade)"), "{from}");
}

#[test]
fn a_witness_wins_over_what_was_predicted() {
    let seen = |setting, ends_agent_leg, witnessed| {
        let case = Case {
            witnessed: Some(witnessed),
            ..case(setting, ends_agent_leg, GuestLeg::Open)
        };
        let telling = case.telling();
        (telling.told, telling.is_seen)
    };
    let unknown = || Err("why not".to_owned());
    assert_eq!(seen(unknown(), false, true), (Told::Told, true));
    assert_eq!(seen(Ok(OnDisconnect::Send), true, true), (Told::Told, true));
    let nothing = seen(Ok(OnDisconnect::ReadOnly), true, false);
    assert_eq!(nothing, (Told::OnReturn, true));
    // That nothing was sent says no more where nothing was expected.
    assert_eq!(
        seen(Ok(OnDisconnect::Off), true, false),
        (Told::Never, false)
    );
    assert_eq!(seen(unknown(), true, false), (Told::Unknown, false));
}

#[test]
fn a_summary_counts_and_gives_the_reason_where_there_is_one_for_all() {
    let off = case(Ok(OnDisconnect::Off), true, GuestLeg::Open).telling();
    let on = case(Ok(OnDisconnect::ReadOnly), true, GuestLeg::Over).telling();
    assert_eq!(
        in_words(&[on.clone(), on.clone()], Told::words),
        "2 would be told on return: the deployment's conversationDisconnect is on (ReadOnly)"
    );
    assert_eq!(
        in_words(&[off.clone(), on, off], Told::planned_words),
        "1 would be told on return, 2 cannot be told"
    );
}

#[test]
fn only_the_end_of_an_agent_s_leg_by_us_makes_a_guest_told() {
    let row = staged(1)
        .with("customer", leg("connected"))
        .with("agent", leg("connected"))
        .read("2s");
    let plan = PlanItem {
        id: row.listed.id,
        kind: Kind::Idle,
        read_at: NOW,
        evidence: Evidence::of(&row.reading.as_ref().unwrap().conversation),
        deployment: None,
    };
    let guest = Guest {
        setting: Ok(OnDisconnect::Send),
        has_run_out: false,
    };
    let told = |party: u128, class: Class, state: FinalState| {
        let mut item = Item::new(plan.clone());
        item.sends.push(Sent {
            action: Action::Legs {
                participant: ParticipantId::from_u128(party),
            },
            attempt: 1,
            at: NOW,
            answer: Some(Answer {
                at: NOW,
                class,
                receipt: Receipt::default(),
                failure: None,
            }),
        });
        item.settled = Some((Settled::new(state, ""), NOW));
        done(&item, &guest, None).map(|telling| telling.told)
    };
    let ended = FinalState::Ended;
    assert_eq!(told(2, Class::Accepted, ended), Some(Told::Told));
    assert_eq!(told(1, Class::Accepted, ended), Some(Told::Unknown));
    assert_eq!(told(2, Class::NotApplied, ended), Some(Told::Unknown));
    assert_eq!(told(2, Class::Accepted, FinalState::Escalate), None);
}
