"""Code that a model wrote, run with its tests where it can do little harm.

A process of its own runs it, which confines itself before it reads a line:

- limits of processor time, memory, file sizes and open files (`setrlimit`); no new privileges and no capabilities, and
  another user where Freehold runs as root and others can read the interpreter;
- no network: a network namespace of its own, and no call that makes a socket;
- no other process: no fork, no exec, no signal (seccomp);
- no file but those of its own folder, which is new and goes afterwards, and of Python's library, to read (Landlock).

Its environment holds nothing, it inherits two pipes and its output, and a clock outside ends it.

Not confined: what it learns from time and load; the kernel itself, whose faults are nobody's to rule out; its verdict
against code that was written against this runner, since code and tests share a process (see `inside.judge`).
"""
