.DEFAULT_GOAL := help
PYTHON ?= python3

.PHONY: help run test check setup fmt faq-check lock bench clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: ## set everything up and run the whole desk (chat, console, bot, search, mail)
	@$(PYTHON) deploy/run.py

test: setup ## set up and run every test: bot (Python 3.10), then desk, search, pages and browser (Python 3.11)
	.venv-bot/bin/python -m pytest tests/bot
	.venv/bin/python -m pytest tests --ignore=tests/bot

setup: ## both environments with the development tools, and the bot's model
	@$(PYTHON) deploy/setup.py --dev

check: setup ## lint, format and types in both environments
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv-bot/bin/mypy --config-file bot/mypy.ini

fmt: ## format and mend what lint can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

faq-check: ## every fault of data/faq_vi.yml at once, with line and advice
	.venv/bin/python -m faq_index validate

# What only the CUDA build of torch wants: the desk runs on processors.
CUDA := triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
	nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse \
	nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx

lock: ## compile requirements/*.in into the locks (needs network)
	cd requirements && ../.venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes $(foreach p,torch $(CUDA),--no-emit-package $(p)) --no-header --no-annotate desk-py311.in -o desk-py311.txt
	cd requirements && ../.venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-header --no-annotate dev-py311.in -o dev-py311.txt
	cd requirements && ../.venv/bin/uv pip compile -q --python-version 3.10 --generate-hashes --no-header --no-annotate bot-py310.in -o bot-py310.txt
	cd requirements && ../.venv/bin/uv pip compile -q --python-version 3.10 --generate-hashes --no-header --no-annotate dev-py310.in -o dev-py310.txt

bench: ## the bot's round trip, stock Rasa beside ours
	.venv-bot/bin/python benchmarks/bot_roundtrip.py

clean: ## remove what set-up and runs made (environments, index, database!)
	rm -rf .venv .venv-bot var
