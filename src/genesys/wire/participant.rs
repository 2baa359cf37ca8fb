//! `Participant`. Its members are told apart by hand: legs of other media stand in lists of any name, and looking for those must not copy
//! everything else that nobody uses.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{Leg, Word};

/// `Participant`.
#[derive(Debug, Default)]
pub(in crate::genesys) struct Participant<'a> {
    pub(in crate::genesys) id: Option<Word<'a>>,
    pub(in crate::genesys) purpose: Option<Word<'a>>,
    pub(in crate::genesys) name: Option<Word<'a>>,
    pub(in crate::genesys) user_id: Option<Word<'a>>,
    pub(in crate::genesys) queue_id: Option<Word<'a>>,
    pub(in crate::genesys) queue_name: Option<Word<'a>>,
    pub(in crate::genesys) wrapup_required: Option<bool>,
    pub(in crate::genesys) wrapup_skipped: Option<bool>,
    pub(in crate::genesys) wrapup: Option<IgnoredAny>,
    pub(in crate::genesys) wrapup_timeout_ms: Option<i64>,
    pub(in crate::genesys) start_acw_time: Option<Word<'a>>,
    pub(in crate::genesys) end_acw_time: Option<Word<'a>>,
    pub(in crate::genesys) alerting_timeout_ms: Option<i64>,
    pub(in crate::genesys) attributes: Option<BTreeMap<Word<'a>, Noted<'a>>>,
    pub(in crate::genesys) messages: Option<Vec<Leg<'a>>>,
    /// Every other list that holds something: among them those of other media, whatever they are called.
    pub(in crate::genesys) lists: BTreeMap<String, Vec<Value>>,
}

/// What an attribute says: a text, or any JSON.
#[derive(Debug, Deserialize)]
#[serde(untagged, bound(deserialize = "'de: 'a"))]
pub(in crate::genesys) enum Noted<'a> {
    Word(Word<'a>),
    Other(Value),
}

impl<'de: 'a, 'a> Deserialize<'de> for Participant<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Participant<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a participant")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut party = Participant::default();
        let from = &mut members;
        while let Some(name) = from.next_key::<Word<'de>>()? {
            match &*name {
                "id" => once(&mut party.id, from)?,
                "purpose" => once(&mut party.purpose, from)?,
                "name" => once(&mut party.name, from)?,
                "userId" => once(&mut party.user_id, from)?,
                "queueId" => once(&mut party.queue_id, from)?,
                "queueName" => once(&mut party.queue_name, from)?,
                "wrapupRequired" => once(&mut party.wrapup_required, from)?,
                "wrapupSkipped" => once(&mut party.wrapup_skipped, from)?,
                "wrapup" => once(&mut party.wrapup, from)?,
                "wrapupTimeoutMs" => once(&mut party.wrapup_timeout_ms, from)?,
                "startAcwTime" => once(&mut party.start_acw_time, from)?,
                "endAcwTime" => once(&mut party.end_acw_time, from)?,
                "alertingTimeoutMs" => once(&mut party.alerting_timeout_ms, from)?,
                "attributes" => once(&mut party.attributes, from)?,
                "messages" => once(&mut party.messages, from)?,
                // Words, in every participant: no medium.
                "mediaRoles" => drop(from.next_value::<IgnoredAny>()?),
                other => {
                    let List(items) = from.next_value()?;
                    if !items.is_empty() && party.lists.insert(other.to_owned(), items).is_some() {
                        return Err(twice());
                    }
                }
            }
        }
        Ok(party)
    }
}

/// A member that says something twice could hide a leg.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    member: &mut Option<T>,
    from: &mut A,
) -> Result<(), A::Error> {
    if member.is_some() {
        return Err(twice());
    }
    *member = from.next_value()?;
    Ok(())
}

fn twice<E: Error>() -> E {
    E::custom("a member of a participant stands there twice")
}

/// What a list holds; nothing where it is something else.
struct List(Vec<Value>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = List;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<List, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(List(Vec::new()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<List, E> {
        self.visit_unit()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<List, E> {
        self.visit_unit()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<List, E> {
        self.visit_unit()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<List, E> {
        self.visit_unit()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<List, E> {
        self.visit_unit()
    }

    fn visit_unit<E: Error>(self) -> Result<List, E> {
        Ok(List(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, told apart by serde: what is none of ours is copied whole.
    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
    struct Flattened<'a> {
        id: Option<Word<'a>>,
        purpose: Option<Word<'a>>,
        name: Option<Word<'a>>,
        user_id: Option<Word<'a>>,
        queue_id: Option<Word<'a>>,
        queue_name: Option<Word<'a>>,
        wrapup_required: Option<bool>,
        wrapup_skipped: Option<bool>,
        wrapup: Option<IgnoredAny>,
        wrapup_timeout_ms: Option<i64>,
        start_acw_time: Option<Word<'a>>,
        end_acw_time: Option<Word<'a>>,
        alerting_timeout_ms: Option<i64>,
        attributes: Option<BTreeMap<Word<'a>, Noted<'a>>>,
        messages: Option<Vec<Leg<'a>>>,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    impl<'a> From<Flattened<'a>> for Participant<'a> {
        fn from(it: Flattened<'a>) -> Self {
            let lists = it.rest.into_iter().filter_map(|(name, value)| match value {
                Value::Array(items) if !items.is_empty() => Some((name, items)),
                _ => None,
            });
            Self {
                id: it.id,
                purpose: it.purpose,
                name: it.name,
                user_id: it.user_id,
                queue_id: it.queue_id,
                queue_name: it.queue_name,
                wrapup_required: it.wrapup_required,
                wrapup_skipped: it.wrapup_skipped,
                wrapup: it.wrapup,
                wrapup_timeout_ms: it.wrapup_timeout_ms,
                start_acw_time: it.start_acw_time,
                end_acw_time: it.end_acw_time,
                alerting_timeout_ms: it.alerting_timeout_ms,
                attributes: it.attributes,
                messages: it.messages,
                lists: lists.collect(),
            }
        }
    }

    fn read(body: &str) -> Option<String> {
        let party: Option<Participant<'_>> = serde_json::from_str(body).ok();
        party.map(|party| format!("{party:?}"))
    }

    fn flattened(body: &str) -> Option<String> {
        let party: Option<Flattened<'_>> = serde_json::from_str(body).ok();
        party.map(|party| format!("{:?}", Participant::from(party)))
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let name = prop_oneof![Just("id".to_owned()), Just("state".to_owned()), ".{0,6}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// A member that fits, mostly, or any other.
    fn any_member() -> impl Strategy<Value = (String, Value)> {
        let word = [
            "id",
            "purpose",
            "name",
            "userId",
            "queueId",
            "queueName",
            "startAcwTime",
            "endAcwTime",
        ];
        let fits = |names: &'static [&'static str], value: BoxedStrategy<Value>| {
            (prop::sample::select(names), value).prop_map(|(name, value)| (name.to_owned(), value))
        };
        let leg = ".{0,8}".prop_map(|id| serde_json::json!([{ "id": id, "messages": null }]));
        prop_oneof![
            4 => (prop::sample::select(word.to_vec()), ".{0,8}")
                .prop_map(|(name, word)| (name.to_owned(), Value::from(word))),
            2 => fits(&["wrapupRequired", "wrapupSkipped"], any::<bool>().prop_map(Value::from).boxed()),
            2 => fits(&["wrapupTimeoutMs", "alertingTimeoutMs"], any::<i64>().prop_map(Value::from).boxed()),
            2 => fits(&["messages", "calls", "holograms"], leg.boxed()),
            2 => fits(&["wrapup", "calls", "attributes"], any_value().boxed()),
            4 => (".{0,9}", any_value()),
        ]
    }

    proptest! {
        #[test]
        fn members_are_told_apart_as_serde_tells_them(
            members in prop::collection::vec(any_member(), 0..12).prop_map(BTreeMap::from_iter)
        ) {
            let body = serde_json::to_string(&members).unwrap();
            prop_assert_eq!(read(&body), flattened(&body));
        }
    }

    #[test]
    fn nothing_stands_there_twice_so_that_it_hides_a_leg() {
        for body in [
            r#"{ "messages": [{}], "messages": [] }"#,
            r#"{ "messages": [], "messages": [{}] }"#,
            r#"{ "calls": [{}], "calls": [{}] }"#,
        ] {
            assert_eq!(read(body), None, "{body}");
        }
        for body in [
            r#"{ "calls": [{}], "calls": [] }"#,
            r#"{ "calls": [], "calls": [{}] }"#,
        ] {
            assert!(read(body).unwrap().contains("calls"), "{body}");
        }
    }
}
