//! The table, row by row; and what a plan and a run make of it.

use super::*;

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
        (Ok(odd()), true, Open, Told::Told),
        (Ok(Send), true, Over, Told::Unknown),
        (Ok(ReadOnly), true, Over, Told::OnReturn),
        (Ok(odd()), true, Over, Told::Unknown),
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
