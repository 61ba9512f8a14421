"""PyTorch's side of the benchmark: the transfer-learning tutorial's loop, and one full fine-tuning step of ResNet18.

Run by test/bench/adapt.ts with Debian's python3-torch and python3-torchvision:
  torch_tutorial.py tutorial JOB.json   epochs of a frozen network with a new head
  torch_tutorial.py features JOB.json   writes the features that `cached` begins with
  torch_tutorial.py cached JOB.json     the same epochs from those features
  torch_tutorial.py step                one step of ResNet18 at batch 8
Prints one line of JSON. JOB.json: {network, epochs, weights, train, val: [[path, class], ...], features: PATH}
"""
import json
import os
import pathlib
import struct
import sys
import time
import warnings

import numpy
import torch
from PIL import Image
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "fixtures" / "adapt"))
BATCH = 8
STEPS = 7
torch.set_num_threads(os.cpu_count())
warnings.filterwarnings("ignore", message="This DataLoader will create")  # 4 workers, as the tutorial has


def network(job):
    from same_padding import same_padding
    from torchvision import models

    model = getattr(models, job["network"].removeprefix("tf_"))()
    model.load_state_dict(state_of(job["weights"]), strict=False)
    if job["network"].startswith("tf_"):
        same_padding(model)
    for parameter in model.parameters():
        parameter.requires_grad = False
    head = nn.Linear(4096 if job["network"] == "vgg16" else 1280, 2)
    if job["network"] == "vgg16":
        model.classifier[6] = head
    else:
        model.classifier = head
    return model.eval(), head


def state_of(weights):
    if weights.endswith(".pth"):
        return torch.load(weights)
    content = pathlib.Path(weights).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    body = content[8 + length :]
    types = {"F32": "<f4", "F16": "<f2"}
    return {
        name: torch.from_numpy(numpy.frombuffer(body[slice(*e["data_offsets"])], types[e["dtype"]]).astype("f4")).reshape(e["shape"])
        for name, e in header.items()
        if e["dtype"] in types
    }


def transforms():
    from torchvision import transforms as t

    signed_unit = [t.ToTensor(), t.Normalize([0.5] * 3, [0.5] * 3)]
    train = t.Compose([t.RandomResizedCrop(224), t.RandomHorizontalFlip(), *signed_unit])
    val = t.Compose([t.Resize(256), t.CenterCrop(224), *signed_unit])
    return {"train": train, "val": val}


class Images(torch.utils.data.Dataset):
    def __init__(self, items, transform):
        self.items, self.transform = items, transform

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        path, label = self.items[index]
        return self.transform(Image.open(path).convert("RGB")), label


def loaders(job, shuffle=True):
    return {
        split: torch.utils.data.DataLoader(
            Images(job[split], transform), batch_size=BATCH, shuffle=shuffle and split == "train", num_workers=4
        )
        for split, transform in transforms().items()
        if job[split]
    }


def epochs(job, batches_of, model, head):
    """The tutorial's train_model, without its copy of the best weights. @returns the best accuracy, on validation images
    where there are any"""
    optimizer = torch.optim.SGD(head.parameters(), lr=1e-3, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    best = 0.0
    for epoch in range(job["epochs"]):
        for split in ("train", "val"):
            correct = count = 0
            for x, labels in batches_of(split, epoch) if job[split] else []:
                optimizer.zero_grad()
                with torch.set_grad_enabled(split == "train"):
                    outputs = model(x)
                    loss = criterion(outputs, labels)
                    if split == "train":
                        loss.backward()
                        optimizer.step()
                correct += (outputs.argmax(1) == labels).sum().item()
                count += len(labels)
            if split == "val" or not job["val"]:
                best = max(best, correct / max(1, count))
    return best


def tutorial(job):
    model, head = network(job)
    data = loaders(job)
    return epochs(job, lambda split, _epoch: data[split], model, head)


def features(job):
    """One training view an epoch, and the evaluation view."""
    model, _head = network(job)
    model.classifier = nn.Identity()
    data = loaders(job, shuffle=False)
    with torch.no_grad():
        of = lambda split: torch.cat([model(x) for x, _ in data[split]])
        torch.save({"train": torch.stack([of("train") for _ in range(job["epochs"])]), "val": of("val")}, job["features"])


def cached(job):
    kept = torch.load(job["features"])
    labels = {split: torch.tensor([label for _, label in job[split]]) for split in ("train", "val")}

    def batches(split, epoch):
        x = kept["train"][epoch] if split == "train" else kept["val"]
        order = torch.randperm(len(x)) if split == "train" else torch.arange(len(x))
        return [(x[part], labels[split][part]) for part in order.split(BATCH)]

    head = nn.Linear(1280, 2)
    return epochs(job, batches, head, head)


def step():
    from torchvision.models import resnet18

    model = resnet18(num_classes=2).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    x, labels = torch.randn(BATCH, 3, 224, 224), torch.zeros(BATCH, dtype=torch.long)
    seconds, cpu = [], []
    for _ in range(STEPS):
        start, used = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    middle = lambda values: sorted(values[1:])[len(values[1:]) // 2]
    return {"seconds": middle(seconds), "cpuSeconds": middle(cpu)}


mode = sys.argv[1]
if mode == "step":
    print(json.dumps(step()))
else:
    job = json.loads(pathlib.Path(sys.argv[2]).read_text())
    accuracy = {"tutorial": tutorial, "features": features, "cached": cached}[mode](job)
    print(json.dumps({"accuracy": accuracy}))
