//! How a user is shown: what is always there, and what is there when it is asked for.

use crate::sandbox::api::organization;
use crate::sandbox::api::picture::{reference, time};
use crate::sandbox::identity::roles::{Role, Roles};
use crate::sandbox::identity::tokens::Caller;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::Participant;
use crate::sandbox::world::directory::{Directory, Named, Presence, Routing, User};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What every user here is, and where.
pub(super) const TITLE: &str = "Agent";
pub(super) const DEPARTMENT: &str = "Customer care";

/// What a user has to do at the moment.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    active: usize,
    after_call_work: usize,
}

/// How users are seen by one request.
pub(super) struct Glass<'a> {
    roles: &'a Roles,
    directory: &'a Directory,
    expand: &'a [String],
    /// Counted only where somebody asks for it: it takes a look at every conversation.
    loads: HashMap<Uuid, Load>,
}

impl<'a> Glass<'a> {
    pub(super) fn new(service: &'a Service, expand: &'a [String]) -> Self {
        let needed = ["routingStatus", "conversationSummary"];
        let counts = expand.iter().any(|word| needed.contains(&word.as_str()));
        Self {
            roles: &service.identity.roles,
            directory: &service.world.directory,
            expand,
            loads: if counts {
                loads(service)
            } else {
                HashMap::new()
            },
        }
    }

    /// `User`.
    pub(super) fn user(&self, user: &User) -> Value {
        let email = user.email();
        let division = self.directory.division(user.division);
        let mut shown = Map::from_iter([
            ("id".to_owned(), json!(user.id)),
            ("name".to_owned(), json!(user.name)),
            (
                "division".to_owned(),
                reference(division, "authorization/divisions"),
            ),
            (
                "chat".to_owned(),
                json!({ "jabberId": format!("{}@conference.sandbox.invalid", user.id) }),
            ),
            ("department".to_owned(), json!(DEPARTMENT)),
            ("title".to_owned(), json!(TITLE)),
            ("email".to_owned(), json!(email)),
            ("username".to_owned(), json!(email)),
            (
                "primaryContactInfo".to_owned(),
                json!([{ "address": email, "mediaType": "EMAIL", "type": "PRIMARY" }]),
            ),
            ("addresses".to_owned(), json!([])),
            ("images".to_owned(), json!([])),
            ("state".to_owned(), json!(user.state.word())),
            ("version".to_owned(), json!(1)),
            ("acdAutoAnswer".to_owned(), json!(false)),
            (
                "selfUri".to_owned(),
                json!(format!("/api/v2/users/{}", user.id)),
            ),
        ]);
        for word in self.expand {
            if let Some((name, value)) = self.expanded(user, word) {
                shown.insert(name.to_owned(), value);
            }
        }
        Value::Object(shown)
    }

    /// What a word of `expand` adds. Words for what nobody here has add nothing.
    fn expanded(&self, user: &User, word: &str) -> Option<(&'static str, Value)> {
        let own = format!("/api/v2/users/{}", user.id);
        let found = match word {
            "routingStatus" => ("routingStatus", self.routing_status(user)),
            "presence" => ("presence", presence(user)),
            "conversationSummary" => ("conversationSummary", self.summary(user)),
            "outOfOffice" => (
                "outOfOffice",
                json!({ "active": false, "indefinite": false, "selfUri": format!("{own}/outofoffice") }),
            ),
            "station" => ("station", json!({})),
            "authorization" => ("authorization", self.authorization(user)),
            "profileSkills" => ("profileSkills", json!([])),
            "certifications" => ("certifications", json!([])),
            "locations" => ("locations", json!([])),
            "groups" => ("groups", json!([])),
            "skills" => (
                "skills",
                rated(&user.skills, &own, "routingskills", "skills"),
            ),
            "languages" => (
                "languages",
                rated(&user.languages, &own, "routinglanguages", "languages"),
            ),
            "languagePreference" => ("languagePreference", json!("en-us")),
            _ => return None,
        };
        Some(found)
    }

    /// Who is on queue and talks to somebody is interacting; nobody has to say so.
    fn routing_status(&self, user: &User) -> Value {
        let standing = user.standing;
        let busy = self.load(user).active > 0;
        let status = match standing.routing {
            Routing::Idle if busy => "INTERACTING",
            other => other.word(),
        };
        json!({ "userId": user.id, "status": status, "startTime": time(standing.routed_since) })
    }

    fn summary(&self, user: &User) -> Value {
        let load = self.load(user);
        let none =
            json!({ "contactCenter": { "active": 0, "acw": 0 }, "enterprise": { "active": 0 } });
        json!({
            "userId": user.id,
            "call": none,
            "callback": none,
            "email": none,
            "message": {
                "contactCenter": { "active": load.active, "acw": load.after_call_work },
                "enterprise": { "active": 0 },
            },
            "chat": none,
            "socialExpression": none,
            "video": none,
        })
    }

    fn authorization(&self, user: &User) -> Value {
        let caller = Caller {
            client: String::new(),
            user: Some(user.id),
            scopes: None,
        };
        let held: Vec<&Role> = self.roles.of(&caller).collect();
        let permissions: BTreeSet<&String> = held
            .iter()
            .flat_map(|role| &role.permissions)
            .filter(|name| self.roles.hold(&caller, name))
            .collect();
        let roles: Vec<Value> = held
            .iter()
            .map(|role| json!({ "id": role.id, "name": role.name }))
            .collect();
        json!({ "roles": roles, "unusedRoles": [], "permissions": permissions, "permissionPolicies": [] })
    }

    fn load(&self, user: &User) -> Load {
        self.loads.get(&user.id).copied().unwrap_or_default()
    }
}

/// `UserPresence`.
fn presence(user: &User) -> Value {
    let id = definition(user.standing.presence);
    json!({
        "source": "PURECLOUD",
        "primary": true,
        "presenceDefinition": {
            "id": id,
            "systemPresence": user.standing.presence.word(),
            "selfUri": format!("/api/v2/presencedefinitions/{id}"),
        },
        "message": "",
        "modifiedDate": time(user.standing.present_since),
        "selfUri": format!("/api/v2/users/{}/presences", user.id),
    })
}

/// The ids of the system presences, which are the same in every organisation.
pub(in crate::sandbox::api) fn definition(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "6a3af858-942f-489d-9700-5f9bcdcdae9b",
        Presence::Away => "5e5c5c66-ea97-4e7f-ac41-6424784829f2",
        Presence::Busy => "31fe3bac-dea6-44b7-bed7-47f91660a1a0",
        Presence::Offline => "ccf3c10a-aa2c-4845-8e8d-f59fa48c58e5",
        // Not verified, unlike the others.
        Presence::Idle => "96fbdf33-ab0b-4c53-8faa-31e11b42f51f",
        Presence::OnQueue => "e08eaf1b-ee47-4fa9-a231-1200e284798f",
        Presence::Meal => "3fd96123-badb-4f69-bc03-1b1ccc6d8014",
        Presence::Training => "d2390a99-8546-bad9-8f0a-219548e8aeb0",
        Presence::Meeting => "bbdff279-7ae1-48ea-bade-7831d7234c64",
        Presence::Break => "227b37e2-f1d0-4dd0-8f50-badd7cf6d158",
    }
}

/// `UserRoutingSkill` or `UserRoutingLanguage`, both rated from 0 to 5.
fn rated(list: &[Named], user: &str, own: &str, path: &str) -> Value {
    let link = if path == "skills" {
        "skillUri"
    } else {
        "languageUri"
    };
    let rated = list.iter().map(|one| {
        let mut shown = json!({
            "id": one.id,
            "name": one.name,
            "proficiency": 4.0,
            "state": "active",
            "selfUri": format!("{user}/{own}/{}", one.id),
        });
        if let Some(members) = shown.as_object_mut() {
            let uri = format!("/api/v2/routing/{path}/{}", one.id);
            members.insert(link.to_owned(), json!(uri));
        }
        shown
    });
    Value::Array(rated.collect())
}

/// How many legs and wrap-ups every user has open.
fn loads(service: &Service) -> HashMap<Uuid, Load> {
    let mut loads: HashMap<Uuid, Load> = HashMap::new();
    let open = service
        .world
        .conversations
        .iter()
        .filter(|one| one.ended.is_none());
    for party in open.flat_map(|one| &one.participants) {
        let Some(user) = party.user else { continue };
        let load = loads.entry(user).or_default();
        load.active += usize::from(talks(party));
        load.after_call_work += usize::from(party.wrap_up.is_owed());
    }
    loads
}

fn talks(party: &Participant) -> bool {
    let mut legs = party.legs.iter();
    legs.any(|leg| leg.is_open() && leg.connected.is_some())
}

/// What `GET /users/me` can show beside what it shows of others.
pub(super) fn of_oneself(service: &Service, call: &Call<'_>, expand: &[String]) -> Value {
    let mut shown = Map::new();
    for word in expand {
        let (name, value) = match word.as_str() {
            "date" => ("date", json!({ "currentDate": time(call.now) })),
            "organization" => ("organization", organization::organization(service)),
            "token" => ("token", organization::token_info(service, call)),
            "presencedefinitions" => ("presenceDefinitions", definitions()),
            "favorites" => ("favorites", json!([])),
            "superiors" => ("superiors", json!([])),
            "directreports" => ("directReports", json!([])),
            "trustors" => ("trustors", json!([])),
            _ => continue,
        };
        shown.insert(name.to_owned(), value);
    }
    Value::Object(shown)
}

fn definitions() -> Value {
    let all = Presence::ALL.map(|one| {
        let id = definition(one);
        json!({
            "id": id,
            "name": one.word(),
            "languageLabels": { "en_US": one.word() },
            "systemPresence": one.word(),
            "deactivated": false,
            "primary": true,
            "selfUri": format!("/api/v2/presencedefinitions/{id}"),
        })
    });
    json!(all)
}
