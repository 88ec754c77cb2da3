// One measurement of transformers.js: the texts of a file to the logits of every
// head, tokenisation included, loading left out. Each worker thread holds one
// session; batches are handed out one by one, so no worker waits for another.
//
//   node peer.mjs '{"model":"DIR","texts":"FILE","batch":32,"workers":1,"threads":2,"sorted":false}'
//
// FILE is a JSON array of strings. DIR is laid out as transformers.js wants it:
// config.json, tokenizer.json, tokenizer_config.json, onnx/model_quantized.onnx.
// It then reads lines: for each one it runs all texts once and writes
// {"seconds":…,"cpu":…}; "labels" instead gives the class of the sentiment head per text.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { dirname, basename } from 'node:path';
import { AutoModel, AutoTokenizer, env } from '@huggingface/transformers';

const options = isMainThread ? JSON.parse(process.argv[2]) : workerData.options;
env.allowRemoteModels = false;
env.localModelPath = dirname(options.model);

const SENTIMENT = [2, 5]; // columns of the sentiment head

async function open() {
	const name = basename(options.model);
	const tokenizer = await AutoTokenizer.from_pretrained(name);
	const model = await AutoModel.from_pretrained(name, {
		dtype: 'q8',
		device: 'cpu',
		session_options: { intraOpNumThreads: options.threads, interOpNumThreads: 1, graphOptimizationLevel: 'all' },
	});
	return { tokenizer, model };
}

// order is that in which texts are batched: as they come, or by length (all texts at
// once, which a stream could not do).
function order(texts) {
	const at = texts.map((_, i) => i);
	if (options.sorted) at.sort((a, b) => texts[a].length - texts[b].length);
	return at;
}

async function work({ tokenizer, model }, texts, at, next, labels) {
	for (;;) {
		const from = Atomics.add(next, 0, 1) * options.batch;
		if (from >= at.length) return;
		const batch = at.slice(from, from + options.batch);
		const inputs = tokenizer(batch.map((i) => texts[i]), { padding: true, truncation: true, max_length: 128 });
		const { logits } = await model(inputs);
		if (!labels) continue;
		const width = logits.dims[1];
		batch.forEach((i, row) => {
			let best = SENTIMENT[0];
			for (let j = SENTIMENT[0]; j < SENTIMENT[1]; j++) {
				if (logits.data[row * width + j] > logits.data[row * width + best]) best = j;
			}
			labels[i] = best - SENTIMENT[0];
		});
	}
}

if (isMainThread) {
	const texts = JSON.parse(readFileSync(options.texts, 'utf8')).slice(0, options.limit || undefined);
	const shared = { next: new SharedArrayBuffer(4), labels: new SharedArrayBuffer(texts.length) };
	const next = new Int32Array(shared.next);
	// A single worker is the main thread itself: no messages are timed.
	const own = options.workers === 1 ? await open() : null;
	const at = order(texts);
	const workers = own ? [] : await Promise.all(Array.from({ length: options.workers }, () => new Promise((resolve, reject) => {
		const w = new Worker(new URL(import.meta.url), { workerData: { options, shared } });
		w.once('message', () => resolve(w));
		w.once('error', reject);
	})));
	const round = async (labels) => {
		Atomics.store(next, 0, 0);
		const start = performance.now();
		const before = process.cpuUsage();
		if (own) {
			await work(own, texts, order(texts), next, labels ? new Int8Array(shared.labels) : null);
		} else {
			await Promise.all(workers.map((w) => new Promise((resolve) => {
				w.once('message', resolve);
				w.postMessage(labels);
			})));
		}
		const used = process.cpuUsage(before); // of all threads
		return { seconds: (performance.now() - start) / 1000, cpu: (used.user + used.system) / 1e6 };
	};
	console.log(JSON.stringify({ ready: at.length }));
	for await (const line of createInterface({ input: process.stdin })) {
		const spent = await round(line === 'labels');
		console.log(JSON.stringify(line === 'labels' ? { labels: [...new Int8Array(shared.labels)] } : spent));
	}
	await Promise.all(workers.map((w) => w.terminate()));
} else {
	const texts = JSON.parse(readFileSync(options.texts, 'utf8')).slice(0, options.limit || undefined);
	const loaded = await open();
	const next = new Int32Array(workerData.shared.next);
	parentPort.on('message', async (labels) => {
		await work(loaded, texts, order(texts), next, labels ? new Int8Array(workerData.shared.labels) : null);
		parentPort.postMessage('done');
	});
	parentPort.postMessage('ready');
}
