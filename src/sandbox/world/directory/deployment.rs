//! Deployments: the places where guests come in, each with the configuration that is active.

use super::{Directory, FlowKind, Named};
use crate::sandbox::random::Random;
use crate::sandbox::scenario::{self, OnDisconnect};
use uuid::Uuid;

/// One deployment, and what its guests may do and are told.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own on the platform"
)]
pub(in crate::sandbox) struct Deployment {
    pub(in crate::sandbox) named: Named,
    pub(in crate::sandbox) configuration: Named,
    pub(in crate::sandbox) disconnect: OnDisconnect,
    pub(in crate::sandbox) clear: bool,
    pub(in crate::sandbox) auto_start: bool,
    /// How long a guest may be silent, in seconds.
    pub(in crate::sandbox) silence_seconds: i64,
    /// Hosts whose pages may come in; nothing where all may.
    pub(in crate::sandbox) allowed_domains: Option<Vec<String>>,
    /// The bot that greets, where one does.
    pub(in crate::sandbox) flow: Option<Uuid>,
    /// The queue that guests come to, an index.
    pub(in crate::sandbox) queue: usize,
    pub(in crate::sandbox) sign_in: bool,
    pub(in crate::sandbox) attachments: bool,
}

impl Directory {
    /// Adds the deployments of a scenario. The first has its id already.
    pub(super) fn deploy(
        &mut self,
        planned: &[scenario::Deployment],
        first: Named,
        random: &mut Random,
    ) {
        let usual = [scenario::Deployment::default()];
        let planned = if planned.is_empty() { &usual } else { planned };
        let mut first = Some(first);
        for one in planned {
            let named = first.take().unwrap_or_else(|| Named {
                id: random.uuid(),
                name: one.name.get_ref().clone(),
            });
            self.deploy_one(one, named, random);
        }
    }

    fn deploy_one(&mut self, one: &scenario::Deployment, named: Named, random: &mut Random) {
        let configuration = Named {
            id: random.uuid(),
            name: format!("{} configuration", named.name),
        };
        let flow = match one.bot.as_deref() {
            None => self.flows.iter().find(|flow| flow.kind == FlowKind::Bot),
            wanted => self.flow_named(wanted, FlowKind::Bot, random),
        };
        let flow = flow.map(|flow| flow.id).filter(|_| !one.without_bot);
        let queue = match one.queue.as_deref() {
            None => 0,
            wanted => self.queue_named(wanted, random),
        };
        self.deployments.push(Deployment {
            named,
            configuration,
            disconnect: one.disconnect,
            clear: one.clear,
            auto_start: one.auto_start,
            silence_seconds: one.silence.get_ref().0.as_secs(),
            allowed_domains: one.allowed_domains.clone(),
            flow,
            queue,
            sign_in: one.sign_in,
            attachments: one.attachments,
        });
    }

    /// The deployment of the start line.
    pub(in crate::sandbox) fn first_deployment(&self) -> Uuid {
        let first = self.deployments.first();
        first.map(|one| one.named.id).unwrap_or_default()
    }

    /// The deployment of a name; the first where none is asked for.
    pub(in crate::sandbox) fn deployment_named(&self, wanted: Option<&String>) -> Uuid {
        let mut all = self.deployments.iter();
        let found = all.find(|one| Some(&one.named.name) == wanted);
        found.map_or_else(|| self.first_deployment(), |one| one.named.id)
    }

    /// The deployment of an id.
    pub(in crate::sandbox) fn deployment(&self, id: Uuid) -> Option<&Deployment> {
        self.deployments.iter().find(|one| one.named.id == id)
    }
}
