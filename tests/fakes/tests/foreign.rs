//! Clients that others wrote, against the fakes: so that these are not just what we believe of the scanners.
//!
//! They are packages of Python's and one of Node's. `POSTURA_TEST_PYTHON` names an interpreter that has them, `POSTURA_TEST_NODE` a
//! folder in which `npm install zaproxy` was run; without them `python3` and `node` are asked. What they do not have is skipped, and
//! said to be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use fakes::nessus::{Edition, Nessus};
use fakes::{BurpPro, Fake, Zap};
use std::process::Stdio;
use tokio::process::Command;

/// Runs a script with arguments; false if the interpreter or the module is not there.
async fn ran(module: &str, script: &str, arguments: &[&str]) -> bool {
    let python = std::env::var("POSTURA_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", &format!("import {module}")]).stderr(Stdio::null()).status().await;
    if !has.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED (client absent): {module} is not installed for {python}");
        return false;
    }
    let done = Command::new(&python).args(["-c", script]).args(arguments).output().await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && out.trim_end().ends_with("done"), "{module}: {out}\n{err}");
    true
}

const PYTENABLE_NESSUS: &str = r#"
import io, sys
from tenable.nessus import Nessus
url, access, secret = sys.argv[1:4]
n = Nessus(url=url, access_key=access, secret_key=secret)
assert n.server.status()['status'] == 'ready'
assert n.server.properties()['nessus_type'] == 'Nessus Manager'
assert list(n.scans.list()['scans'] or []) == []
template = [t for t in n.editor.template_list('scan') if t['name'] == 'basic'][0]['uuid']
scan = n.scans.create(uuid=template, settings={'name': 'theirs', 'text_targets': '10.0.0.5', 'enabled': False})
id = scan['scan']['id'] if 'scan' in scan else scan['id']
n.scans.launch(id)
for _ in range(20):
    details = n.scans.details(id)
    if details['info']['status'] == 'completed':
        break
assert details['info']['status'] == 'completed', details['info']
fobj = io.BytesIO()
n.scans.export_scan(id, fobj=fobj)
assert b'NessusClientData_v2' in fobj.getvalue()
print('done')
"#;

const PYTENABLE_CLOUD: &str = r#"
import io, sys
from tenable.io import TenableIO
url, access, secret = sys.argv[1:4]
t = TenableIO(access, secret, url=url, vendor='Tests', product='Tests', build='1')
scan = t.scans.create(name='theirs', targets=['10.0.0.5'])
t.scans.launch(scan['id'])
for _ in range(20):
    status = t.scans.results(scan['id'])['info']['status']
    if status == 'completed':
        break
assert status == 'completed', status
fobj = t.scans.export(scan['id'], fobj=io.BytesIO())
assert b'NessusClientData_v2' in fobj.getvalue()
print('done')
"#;

const PYTENABLE_EXPORTS: &str = r#"
import sys, time
# Its pauses are for a cloud that works for minutes.
time.sleep = lambda seconds: None
from tenable.io import TenableIO
url, access, secret = sys.argv[1:4]
t = TenableIO(access, secret, url=url, vendor='Tests', product='Tests', build='1')
rows = list(t.exports.vulns(since=1000000000, state=['OPEN', 'REOPENED', 'FIXED']))
states = sorted(row['state'] for row in rows)
assert states == ['FIXED'] + ['OPEN'] * 7, states
assert {row['asset']['ipv4'] for row in rows} == {'10.0.0.5', '10.0.0.6'}
assert all(row['plugin']['id'] and row['port']['protocol'] == 'TCP' for row in rows)
# A second of the same kind while the first goes on is the first.
first = t.exports.vulns(since=1600000000)
second = t.exports.vulns(since=1600000000)
assert first.uuid == second.uuid, (first.uuid, second.uuid)
assert t.exports.status('vulns', first.uuid)['status'] in ('QUEUED', 'PROCESSING')
assert t.exports.cancel('vulns', first.uuid) == 'CANCELLED'
assert len(t.exports.jobs('vulns')) == 2
print('done')
"#;

const ZAPROXY: &str = r#"
import sys, json
from zapv2 import ZAPv2
url, key, target = sys.argv[1:4]
zap = ZAPv2(apikey=key, proxies={'http': url, 'https': url})
assert zap.core.version == '2.17.0', zap.core.version
zap.core.new_session(name='', overwrite=True)
context = zap.context.new_context('theirs')
zap.core.access_url(target)
spider = zap.spider.scan(target)
while int(zap.spider.status(spider)) < 100:
    pass
while int(zap.pscan.records_to_scan) > 0:
    pass
active = zap.ascan.scan(target, recurse=True)
while int(zap.ascan.status(active)) < 100:
    pass
assert len(zap.core.alerts(baseurl=target)) == 6, zap.core.alerts(baseurl=target)
assert zap.alert.alerts_summary(baseurl=target)['High'] == 3
assert json.loads(zap.core.jsonreport())['site'][0]['@name'] == target.rstrip('/')
assert 'OWASPZAPReport' in zap.core.xmlreport()
print('done')
"#;

const BURPA: &str = r#"
import sys, time
from burpa._burp_commander import BurpCommander
from burpa._error import BurpaError
host, port, key = sys.argv[1:4]
burp = BurpCommander(host, api_port=port, api_key=key)
burp.verify_uri()
task = burp.active_scan('http://shop.example/', excluded_urls=['http://shop.example/logout'])
while burp.scan_status(task) not in ('succeeded', 'failed'):
    time.sleep(0.01)
details = burp.scan_details(task)
assert details['scan_status'] == 'succeeded', details['scan_status']
assert details['issue_events'] and burp.scan_metrics(task)['crawl_and_audit_progress'] == 100
try:
    BurpCommander(host, api_port=port, api_key='wrong').verify_uri()
    raise SystemExit('a wrong key was taken')
except BurpaError:
    pass
print('done')
"#;

const NODE_ZAPROXY: &str = r#"
const ZapClient = require('zaproxy');
const [host, port, key, target] = process.argv.slice(1);
const zap = new ZapClient({ apiKey: key, proxy: { host, port: Number(port) } });
const until = async (asks) => { while (Number(await asks()) < 100); };
(async () => {
    if ((await zap.core.version()).version !== '2.17.0') throw new Error('version');
    await zap.core.newSession({ name: '', overwrite: true });
    await zap.core.accessUrl({ url: target });
    const spider = (await zap.spider.scan({ url: target })).scan;
    await until(async () => (await zap.spider.status({ scanid: spider })).status);
    while (Number((await zap.pscan.recordsToScan()).recordsToScan) > 0);
    const active = (await zap.ascan.scan({ url: target, recurse: true })).scan;
    await until(async () => (await zap.ascan.status({ scanid: active })).status);
    const alerts = (await zap.core.alerts({ baseurl: target })).alerts;
    if (alerts.length !== 6) throw new Error(JSON.stringify(alerts));
    console.log('done');
})().catch((error) => { console.error(error.message ?? error); process.exit(1); });
"#;

#[tokio::test]
async fn burpa_drives_a_burp() {
    let fake = Fake::start(BurpPro::default(), None).await;
    let (key, port) = (fake.state().key.clone(), fake.address.port().to_string());
    if ran("burpa", BURPA, &["http://127.0.0.1", &port, &key]).await {
        assert_eq!(fake.count("POST"), 1);
    }
}

#[tokio::test]
async fn zaproxy_for_node_drives_a_zap() {
    let folder = std::env::var("POSTURA_TEST_NODE").unwrap_or_else(|_| ".".to_owned());
    let node = |script: &str| {
        let mut node = Command::new("node");
        node.args(["-e", script]).current_dir(&folder);
        node
    };
    if !node("require('zaproxy')").stderr(Stdio::null()).status().await.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED (client absent): zaproxy is not installed for node");
        return;
    }
    let fake = Fake::start(Zap::default(), None).await;
    let port = fake.address.port().to_string();
    let done = node(NODE_ZAPROXY).args(["127.0.0.1", &port, "zap-key", "http://shop.example/"]).output().await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && out.trim_end().ends_with("done"), "{out}\n{err}");
    assert_eq!(fake.count("ascan/action/scan"), 1);
}

#[tokio::test]
async fn pytenable_drives_a_nessus() {
    let fake = Fake::start(Nessus::default(), None).await;
    let keys = fake.state().keys.clone();
    if ran("tenable.nessus", PYTENABLE_NESSUS, &[&fake.url(), &keys.0, &keys.1]).await {
        assert!(fake.count("/launch") == 1 && fake.count("/tokens/") > 0);
    }
}

#[tokio::test]
async fn pytenable_drives_the_cloud() {
    let fake = Fake::start(Nessus::of(Edition::Cloud), None).await;
    let keys = fake.state().keys.clone();
    if ran("tenable.io", PYTENABLE_CLOUD, &[&fake.url(), &keys.0, &keys.1]).await {
        assert_eq!(fake.count("/launch"), 1);
    }
}

#[tokio::test]
async fn pytenable_exports_what_the_cloud_knows() {
    let fake = Fake::start(Nessus::of(Edition::Cloud), None).await;
    let keys = fake.state().keys.clone();
    let now = fake.state().clock;
    fake.state().saw("10.0.0.5", now);
    fake.state().saw("10.0.0.6", now);
    fake.state().mended.insert(104_743);
    fake.state().saw("10.0.0.6", now + 86_400);
    fake.state().bulk.empty.insert(1, (1, ""));
    if ran("tenable.io", PYTENABLE_EXPORTS, &[&fake.url(), &keys.0, &keys.1]).await {
        assert_eq!(fake.count("POST /vulns/export"), 4, "three exports, and one that was called off");
        assert_eq!(fake.count("/chunks/1"), 2, "an empty chunk is asked for again");
    }
}

#[tokio::test]
async fn zaproxy_drives_a_zap() {
    let fake = Fake::start(Zap::default(), None).await;
    // Its client asks through ZAP as a proxy, with the name that ZAP has for itself.
    if ran("zapv2", ZAPROXY, &[&fake.url(), "zap-key", "http://shop.example/"]).await {
        assert_eq!(fake.count("ascan/action/scan"), 1);
    }
}
