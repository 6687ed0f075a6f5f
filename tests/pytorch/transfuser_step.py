"""Seconds of a training step of TransFuser in PyTorch, for comparison with `drivedistill student step`.

    python3 tests/pytorch/transfuser_step.py --batch 4 --rounds 5 --threads 2

A plain network of the published sizes (SPEC: 55,970,149 parameters, checked below) with Adam. Boxes are compared in
their order instead of by the cheapest matching. Needs torch alone; docs/heads.md has the settings for a fair comparison and
what it gave.
"""
import argparse
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

WIDTHS, BLOCKS = (64, 128, 256, 512), (3, 4, 6, 3)
IMAGE_CELLS, LIDAR_CELLS = (8, 32), (8, 8)
CHANNELS, AGENTS, POSES = 256, 30, 8


class BasicBlock(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride != 1 or before != width:
            self.downsample = nn.Sequential(nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Encoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        stages, before = [], 64
        for stage, (width, count) in enumerate(zip(WIDTHS, BLOCKS)):
            blocks = [BasicBlock(before, width, 1 if stage == 0 else 2)]
            blocks += [BasicBlock(width, width, 1) for _ in range(count - 1)]
            stages.append(nn.Sequential(*blocks))
            before = width
        self.stages = nn.ModuleList(stages)

    def stem(self, x):
        return F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)


class FusionBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.proj = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        b, n, c = x.shape
        y = self.ln1(x)
        q, k, v = (f(y).view(b, n, 4, c // 4).transpose(1, 2) for f in (self.query, self.key, self.value))
        weights = F.dropout((q @ k.transpose(-2, -1) * (c // 4) ** -0.5).softmax(-1), 0.1, self.training)
        y = self.proj((weights @ v).transpose(1, 2).reshape(b, n, c))
        x = x + F.dropout(y, 0.1, self.training)
        return x + F.dropout(self.down(F.relu(self.up(self.ln2(x)))), 0.1, self.training)


class Fusion(nn.Module):
    def __init__(self, width):
        super().__init__()
        tokens = IMAGE_CELLS[0] * IMAGE_CELLS[1] + LIDAR_CELLS[0] * LIDAR_CELLS[1]
        self.pos_emb = nn.Parameter(torch.zeros(1, tokens, width))
        self.blocks = nn.Sequential(FusionBlock(width), FusionBlock(width))
        self.ln_f = nn.LayerNorm(width)
        self.to_image, self.to_lidar = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)

    def forward(self, image, lidar):
        b, c = image.shape[:2]
        cells = F.adaptive_avg_pool2d(image, IMAGE_CELLS).flatten(2)
        more = self.to_image(F.adaptive_avg_pool2d(lidar, LIDAR_CELLS)).flatten(2)
        x = F.dropout(torch.cat((cells, more), 2).transpose(1, 2) + self.pos_emb, 0.1, self.training)
        x = self.ln_f(self.blocks(x)).transpose(1, 2)
        split = IMAGE_CELLS[0] * IMAGE_CELLS[1]
        for_image = x[..., :split].reshape(b, c, *IMAGE_CELLS)
        for_lidar = self.to_lidar(x[..., split:].reshape(b, c, *LIDAR_CELLS))
        return image + resized(for_image, image.shape[2:]), lidar + resized(for_lidar, lidar.shape[2:])


def resized(x, size):
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def mlp(out):
    return nn.Sequential(nn.Linear(CHANNELS, 1024), nn.ReLU(), nn.Linear(1024, out))


class Transfuser(nn.Module):
    def __init__(self):
        super().__init__()
        self.image, self.lidar = Encoder(3), Encoder(1)
        self.fusions = nn.ModuleList(Fusion(width) for width in WIDTHS)
        self.c5, self.up5, self.up4 = nn.Conv2d(512, 64, 1), nn.Conv2d(64, 64, 3, 1, 1), nn.Conv2d(64, 64, 3, 1, 1)
        self.semantic = nn.Sequential(nn.Conv2d(64, 64, 3, 1, 1), nn.ReLU(), nn.Conv2d(64, 7, 1))
        self.downscale, self.status = nn.Conv2d(512, CHANNELS, 1), nn.Linear(8, CHANNELS)
        self.keyval, self.queries = nn.Embedding(65, CHANNELS), nn.Embedding(1 + AGENTS, CHANNELS)
        layer = nn.TransformerDecoderLayer(CHANNELS, 8, 1024, 0.0, batch_first=True)
        self.decoder = nn.TransformerDecoder(layer, 3)
        self.trajectory, self.states, self.label = mlp(3 * POSES), mlp(5), nn.Linear(CHANNELS, 1)

    def forward(self, camera, lidar, status):
        image, grid = self.image.stem(camera / 255), self.lidar.stem(lidar / 5)
        for stage, fusion in enumerate(self.fusions):
            image, grid = fusion(self.image.stages[stage](image), self.lidar.stages[stage](grid))
        memory = torch.cat((self.downscale(grid).flatten(2).transpose(1, 2), self.status(status)[:, None]), 1)
        asked = self.queries.weight.expand(len(camera), -1, -1)
        decoded = self.decoder(asked, memory + self.keyval.weight)
        p5 = F.relu(self.c5(grid))
        p4 = F.relu(self.up5(resized(p5, (16, 16))))
        bev = resized(self.semantic(F.relu(self.up4(resized(p4, (64, 64))))), (128, 256))
        poses = self.trajectory(decoded[:, 0]).view(-1, POSES, 3)
        poses = torch.cat((poses[..., :2], torch.pi * poses[..., 2:].tanh()), -1)
        raw = self.states(decoded[:, 1:])
        states = torch.cat((32 * raw[..., :2].tanh(), torch.pi * raw[..., 2:3].tanh(), raw[..., 3:]), -1)
        return poses, states, self.label(decoded[:, 1:])[..., 0], bev


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--batch", type=int, default=4)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    chosen = arguments.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(1)
    network = Transfuser()
    count = sum(p.numel() for p in network.parameters())
    assert count == 55_970_149, count
    optimizer = torch.optim.Adam(network.parameters(), 1e-5)
    b = chosen.batch
    camera = torch.randint(0, 5, (b, 3, 256, 1024), dtype=torch.uint8)
    lidar = torch.randint(0, 5, (b, 1, 256, 256), dtype=torch.uint8)
    status = torch.randint(0, 2, (b, 8)).float()
    driven, boxes = torch.randint(0, 2, (b, POSES, 3)).float(), torch.randint(0, 2, (b, AGENTS, 5)).float()
    labels, classes = torch.randint(0, 2, (b, AGENTS)).float(), torch.randint(0, 5, (b, 128, 256))
    seconds, processor = [], []
    for _ in range(chosen.rounds + 1):
        begin, used = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        poses, states, logits, bev = network(camera.float(), lidar.float(), status)
        box = ((states - boxes).abs() * labels[..., None]).sum() / labels.sum().clamp(min=1)
        loss = 10 * (poses - driven).abs().mean() + box + 10 * F.cross_entropy(bev, classes)
        (loss + 10 * F.binary_cross_entropy_with_logits(logits, labels)).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - begin)
        processor.append(time.process_time() - used)
    print(
        f"torch {torch.__version__}, {chosen.threads} threads: {statistics.median(seconds[1:]):.2f} s wall clock, "
        f"{statistics.median(processor[1:]):.2f} s processor time a step"
    )


if __name__ == "__main__":
    main()
