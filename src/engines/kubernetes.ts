/**
 * A workflow as a manifest for Kubernetes: one Indexed Job whose pods are the units in their order
 * (kubernetes.io/docs/concepts/workloads/controllers/job, batch/v1), and for renders a Job that merges them.
 */
import { dnsName } from "./short-names.js";
import { LONGEST_WAIT, type Resources, type Site, type Stage, unitCount, type Workflow } from "./workflow.js";

/** Pods of one Job at a time, at most; a site's quota may allow fewer. */
const MOST_PODS = 100;
/** New pods for an index whose pod failed, or that waited for another index that failed. */
const RETRIES = 4;
const MOUNT = "/work";
/** The user of the image. */
const USER = 1000;

export function kubernetesManifest(workflow: Workflow, site: Site): string {
  const { about, estimate, stages, folder } = workflow;
  const last = stages.length === 2 && stages[1]!.ids === null ? stages[1] : undefined;
  const array = last ? stages[0]!.ids!.length : unitCount(workflow);
  const documents = [indexedJob(workflow, array, site), ...(last ? [lastJob(workflow, last, site)] : [])];
  return [
    `# ${about}`,
    `# Written by: ${site.command}`,
    "#",
    "#   kubectl apply -f FILE                        submits it",
    `#   kubectl exec POD -- antbee status ${folder}    how far it is`,
    "#",
    `# ${estimate}`,
    `# Image ${site.image} is the Dockerfile's; paths are relative to the volume of the claim ${site.claim}, which many pods`,
    "# write at once (ReadWriteMany). A pod that is evicted goes on where it was; what is done is not done again.",
    documents.join("---\n"),
  ].join("\n");
}

function indexedJob(workflow: Workflow, units: number, site: Site): string {
  const { name, stages, auto, autoWait } = workflow;
  const resources = waiting(largest(stages), autoWait);
  const pods = Math.min(widest(stages), units, MOST_PODS);
  return [
    ...head(`${name}-units`),
    "spec:",
    "  completionMode: Indexed # a pod finds its unit by JOB_COMPLETION_INDEX",
    `  completions: ${units}`,
    `  parallelism: ${pods} # in the order of the units; more at a time would only wait for those before them`,
    `  backoffLimitPerIndex: ${RETRIES} # one unit that fails does not end the others`,
    ...EVICTED,
    ...pod(auto(String(resources.cores)), resources, site),
    "",
  ].join("\n");
}

/** Jobs have no order among themselves: this one waits for the folder. */
function lastJob({ name }: Workflow, { name: stage, about, args, resources }: Stage, site: Site): string {
  const patient = args("", String(resources.cores)).map((arg, i, all) =>
    all[i - 1] === "--wait" ? String(LONGEST_WAIT) : arg,
  );
  return [
    ...head(`${name}-${stage}`),
    `spec: # ${about}; it waits until they are done`,
    `  backoffLimit: ${RETRIES}`,
    ...EVICTED,
    ...pod(patient, waiting(resources, LONGEST_WAIT), site),
    "",
  ].join("\n");
}

/** Pods that are evicted or preempted count as no failure. */
const EVICTED = [
  "  podFailurePolicy:",
  "    rules:",
  '      - {action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]} # an eviction is no failure',
];

const head = (name: string): string[] => [
  "apiVersion: batch/v1",
  "kind: Job",
  "metadata:",
  `  name: ${dnsName(name)}`,
  "  labels: {app.kubernetes.io/name: antbee}",
];

function pod(args: readonly string[], { minutes, memoryGiB, cores }: Resources, site: Site): string[] {
  return [
    "  template:",
    "    spec:",
    "      restartPolicy: Never",
    `      activeDeadlineSeconds: ${minutes * 60}`,
    `      securityContext: {runAsNonRoot: true, runAsUser: ${USER}, fsGroup: ${USER}}`,
    "      containers:",
    "        - name: antbee",
    `          image: ${JSON.stringify(site.image)}`,
    `          command: ["antbee"]`,
    `          args: ${JSON.stringify(args)}`,
    `          workingDir: ${MOUNT}`,
    "          env:",
    `            - {name: ANTBEE_CACHE, value: ${MOUNT}/.antbee-cache} # shared, so that activations are computed once`,
    "          resources:",
    `            requests: {cpu: "${cores}", memory: ${memoryGiB}Gi}`,
    `            limits: {memory: ${memoryGiB}Gi}`,
    "          volumeMounts:",
    `            - {name: work, mountPath: ${MOUNT}}`,
    "      volumes:",
    "        - name: work",
    `          persistentVolumeClaim: {claimName: ${JSON.stringify(site.claim)}}`,
  ];
}

/** A pod's time runs while it waits for other units, too. */
const waiting = (resources: Resources, seconds: number): Resources => ({
  ...resources,
  minutes: resources.minutes + Math.ceil(seconds / 60),
});

/** The most units that can be at work at one time: those whose longest way from the first stages is equally long. */
function widest(stages: readonly Stage[]): number {
  const depths = new Map<string, number>();
  const units = new Map<number, number>();
  for (const { name, after, ids } of stages) {
    const depth = Math.max(0, ...after.map((before) => depths.get(before)! + 1));
    depths.set(name, depth);
    units.set(depth, (units.get(depth) ?? 0) + (ids?.length ?? 1));
  }
  return Math.max(...units.values());
}

function largest(stages: readonly Stage[]): Resources {
  const most = (key: keyof Resources) => Math.max(...stages.map(({ resources }) => resources[key]));
  return { minutes: most("minutes"), memoryGiB: most("memoryGiB"), cores: most("cores") };
}
