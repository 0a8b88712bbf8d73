"""From LLVM's text to machine code, by llvmlite."""

from functools import cache


@cache
def library():
    """llvmlite's binding, and what is known of this machine. Raises ImportError where it is not installed."""
    try:
        import llvmlite.binding as llvm
    except ImportError:
        raise ImportError("capture: native code needs llvmlite, which is not installed; write pip install llvmlite") from None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def features():
    """(processor, its instructions), as LLVM names them; generic code where it knows neither."""
    llvm = library()
    try:
        return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        return "", ""


def compiled(text, with_loops, short, parallel=""):
    """The machine code of a module, which lives as long as what is returned. LLVM's passes are for functions with loops: the
    others are as good as they can be. In a `short` module they look at the whole; `parallel` is another one, of parallel loops,
    which become loops of several elements at once."""
    llvm = library()
    module = llvm.parse_assembly(text)
    cpu, instructions = features()
    machine = llvm.Target.from_default_triple().create_target_machine(cpu=cpu, features=instructions, opt=1, jit=True)
    options = llvm.create_pipeline_tuning_options(speed_level=1)
    options.loop_vectorization = True
    builder = llvm.create_pass_builder(machine, options)
    if with_loops and short:
        builder.getModulePassManager().run(module, builder)
    elif with_loops:
        passes = builder.getFunctionPassManager()
        for name in with_loops:
            passes.run(module.get_function(name), builder)
    engine = llvm.create_mcjit_compiler(module, machine)
    if parallel:
        loops = llvm.parse_assembly(parallel)
        builder.getModulePassManager().run(loops, builder)
        engine.add_module(loops)
    engine.finalize_object()
    return engine
